#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

namespace {

using Environment = std::map<std::string, std::string>;

/// Knows a few commands; records what it was asked.
struct FakeShell {
  std::vector<std::string> ran;
  RunSecretCommand run() {
    return [this](const std::string& command) -> CommandResult {
      ran.push_back(command);
      if (command == "nothing") return {0, "\n", ""};
      if (command.starts_with("fail")) return {3, "", "op: s3cret is not signed in\n"};
      return {0, "<" + command + ">\n", ""};
    };
  }
};

std::map<std::string, std::string> revealed(const Secrets& secrets) {
  std::map<std::string, std::string> values;
  for (const auto& [name, value] : secrets) values[name] = value.reveal();
  return values;
}

std::vector<Diagnostic> secret_errors(const std::string& text,
                                      const std::vector<SecretName>& needed = {}) {
  FakeShell shell;
  try {
    static_cast<void>(resolve_secrets({{".deploy/secrets", text}}, {}, shell.run(), needed));
  } catch (const Error& error) {
    return error.diagnostics();
  }
  return {};
}

}  // namespace

TEST_CASE("dotenv values", "[config][secrets]") {
  struct Row {
    std::string text;
    std::string value;  // of A
  };
  const auto row = GENERATE(values<Row>({
      {"A=b", "b"},
      {"A=b\r\n", "b"},
      {"\xEF\xBB\xBF"
       "A=b",
       "b"},
      {"  export A = b c  # comment\n", "b c"},
      {"A: b", "b"},
      {"A=", ""},
      {"A=\"\"", ""},
      {"A=b#c", "b"},
      {"A=\"b#c\"", "b#c"},
      {"A='b#c' # d", "b#c"},
      {"A=b # c", "b"},
      {"A=#c", ""},
      {"A='$B \\n \"x\"'", "$B \\n \"x\""},
      {"A='a\nb'", "a\nb"},
      {"A=\"a\nb\"", "a\nb"},
      {"A=\"a\\nb\\\"c\\$d\"", "a\\nb\"c$d"},
      {"DOTENV_LINEBREAK_MODE=legacy\nA=\"a\\nb\"", "a\nb"},
      {"A=a\\b\\\\c", "ab\\c"},
      {"A=\\\\$HOME", "$HOME"},
      {"A='it\\'s'", "it\\'s"},
      {"A='a\\'", "a\\"},
      {"A=\"a\" \"b\"", "a\" \"b"},
      {"A=\"x\"  # \"y\"", "x"},
      {"export=1\nA=$export", "1"},
      {"A=$HOME}x", "/home/mex"},
      {"A=${HOME}}", "/home/me}"},
      {"A=\\$(op x)", "$(op x)"},
      {"A=$()", "$()"},
      {"A=b\rB=c", "b"},
      {"A=\\$B", "$B"},
      {"A=$HOME/x", "/home/me/x"},
      {"A=${HOME}x", "/home/mex"},
      {"A=a$", "a$"},
      {"A=a$-", "a$-"},
      {"B=1\nA=$B$B", "11"},
      {"A=1\nA=2", "2"},
      {"A=$(op read x)", "<op read x>"},
      {"A=\"pre-$(op \"a b\")-post\"", "pre-<op \"a b\">-post"},
      {"A=$(echo $(inner) (x) ')')", "<echo $(inner) (x) ')'>"},
      {"B=v\nA=$(get $B \\$B '${B}' '$NF' $1)", "<get v $B 'v' '$NF' $1>"},
      {"A=$(sed 's/#//' f) # comment", "<sed 's/#//' f>"},
      {"A=\"$(op \\\"a b\\\")\"", "<op \"a b\">"},
      {"A=\"$(op \"a\nb\")\"", "<op \"a\nb\">"},
      {"A=$(awk '{print \\$1}' $1)", "<awk '{print $1}' $1>"},
  }));
  FakeShell shell;
  const Secrets secrets =
      resolve_secrets({{"s", row.text}}, Environment{{"HOME", "/home/me"}}, shell.run(), {});
  INFO(row.text);
  CHECK(revealed(secrets).at("A") == row.value);
}

TEST_CASE("later files win; secrets that none names come from the environment",
          "[config][secrets]") {
  FakeShell shell;
  const Secrets secrets =
      resolve_secrets({{"common", "A=1\nB=2\n"}, {"own", "B=3\nC=$A$B\n"}},
                      Environment{{"A", "e"}, {"D", "env"}}, shell.run(), {{"X", "D", {}}});
  CHECK(revealed(secrets) == Environment{{"A", "1"}, {"B", "3"}, {"C", "e3"}, {"D", "env"}});
}

TEST_CASE("every problem of a secrets file is told at once, without values", "[config][secrets]") {
  const std::string text =
      "GOOD=s3cret\n"
      "  A=s3cret-$UNSET\n"
      "B=$(fail $GOOD --token s3cret)\n"
      "C=$(nothing)\n"
      "D=$B\n"
      "what s3cret\n"
      "E=\"s3cret\" s3cret\n"
      "!\n"
      "F=\"s3cret\n";
  const SecretName missing{"GOOOD", "GOOOD", {"deploy.yml", 7, 7, 5, "    - GOOOD"}};
  const SecretName empty{"Z", "Z", {"deploy.yml", 8, 7, 1, "    - Z"}};
  const auto errors = secret_errors(
      "Z=\n" + text, {missing, empty, {"A", "A", {}}, {"C", "C", {}}, {"D", "D", {}}});
  const std::string all = shown(errors);
  CHECK(messages(errors) ==
        "text after the closing quote of `E`\n"
        "the quote in the value of `F` is never closed\n"
        "the value of `A` uses `$UNSET`, which is not set\n"
        "the command `fail` for `B` failed with exit status 3\n"
        "the command `nothing` for `C` printed nothing\n"
        "the secret `GOOOD` is missing\n"
        "the secret `Z` is empty\n"
        "`what` has no value\n"
        "this is not `NAME=value`\n");
  CHECK(all.find("s3cret") == std::string::npos);
  CHECK(all.find("why: op: [redacted] is not signed in\n") != std::string::npos);
  CHECK(all.find("  --> .deploy/secrets:3:3\n"
                 "   |\n"
                 " 3 |   A=…\n"
                 "   |   ^\n") != std::string::npos);
  CHECK(all.find("did you mean `GOOD`? else add `GOOOD=…` to `.deploy/secrets`\n") !=
        std::string::npos);
}

TEST_CASE("what nothing needs may be without a value, and is told", "[config][secrets]") {
  const std::string text =
      "A=$NONE\nB=$(fail)\nC=$B\nH=x$(cat $NONE)\nGOOD=1\nE=$(fail)\nE=$GOOD\nF=${C}\n";
  const auto outcome = [&](const std::vector<SecretName>& needed) {
    FakeShell shell;
    std::string told;
    const auto warn = [&](const Diagnostic& w) { told += w.message + "; " + w.help + "\n"; };
    try {
      const Secrets secrets =
          resolve_secrets({{".kamal/secrets", text}}, {}, shell.run(), needed, warn);
      return told + (secrets.contains("A") ? "A" : "") + secrets.at("E").reveal();
    } catch (const Error& error) {
      return told + messages(error.diagnostics());
    }
  };
  CHECK(outcome({{"E", "E", {}}}) ==
        "the value of `A` uses `$NONE`, which is not set; nothing here needs it\n"
        "the command `fail` for `B` failed with exit status 3; nothing here needs it\n"
        "the value of `H` uses `$NONE`, which is not set; nothing here needs it\n1");
  CHECK(outcome({{"X", "F", {}}}) ==
        "the value of `A` uses `$NONE`, which is not set; nothing here needs it\n"
        "the value of `H` uses `$NONE`, which is not set; nothing here needs it\n"
        "the command `fail` for `B` failed with exit status 3\n");
  CHECK(outcome({}) ==
        "the value of `A` uses `$NONE`, which is not set\n"
        "the command `fail` for `B` failed with exit status 3\n"
        "the value of `H` uses `$NONE`, which is not set\n");
}

TEST_CASE("a later line repairs a value unless something took it", "[config][secrets]") {
  FakeShell shell;
  const std::vector<SourceText> files = {{"common", "A=$NONE\nB=$NONE\nC=$B\n"},
                                         {"own", "A=1\nB=2\n"}};
  CHECK(resolve_secrets(files, {}, shell.run(), {{"A", "A", {}}}).at("A") == Secret("1"));
  CHECK_THROWS_AS(resolve_secrets(files, {}, shell.run(), {{"C", "C", {}}}), Error);
}

TEST_CASE("a command that is never closed is an error", "[config][secrets]") {
  CHECK(messages(secret_errors("A=$(op read\nB=1\n")) ==
        "`$(` in the value of `A` is never closed\n");
}

TEST_CASE("kamal secrets and deploy secrets go through the same callback", "[config][secrets]") {
  FakeShell shell;
  const Secrets secrets = resolve_secrets(
      {{"s", "S=$(kamal secrets fetch -a x A)\nA=$(kamal secrets extract A ${S})\n"}}, {},
      shell.run(), {});
  CHECK(shell.ran ==
        std::vector<std::string>{"kamal secrets fetch -a x A",
                                 "kamal secrets extract A <kamal secrets fetch -a x A>"});
}

TEST_CASE("lines that dotenv skips are skipped while nothing is wrong", "[config][secrets]") {
  CHECK(secret_errors("source other.sh\nMY-KEY=1\nexport A B\n!\nA=1\n").empty());
}

TEST_CASE("a file's own keys go before the environment, another file's do not",
          "[config][secrets]") {
  FakeShell shell;
  const Secrets secrets =
      resolve_secrets({{"common", "A=common\nB=common\n"}, {"own", "C=$A$B\nA=own\nX=$A\n"}},
                      Environment{{"A", "env-"}}, shell.run(), {});
  CHECK(revealed(secrets).at("C") == "env-common");
  CHECK(revealed(secrets).at("X") == "own");
}

TEST_CASE("of a command's output only the last line end goes", "[config][secrets]") {
  const auto print = [](const std::string& output) -> RunSecretCommand {
    return [output](const std::string&) { return CommandResult{0, output, ""}; };
  };
  const auto value = [&](const std::string& output) {
    return revealed(resolve_secrets({{"s", "A=$(x)\n"}}, {}, print(output), {})).at("A");
  };
  CHECK(value("a\nb\n") == "a\nb");
  CHECK(value("a\n\n") == "a\n");
  CHECK(value("a\r\n") == "a");
  CHECK(value("p$HOME\n") == "p$HOME");  // what is printed is the value: nothing in it is read
}

TEST_CASE("secrets that double with each line end in an error", "[config][secrets][fuzz]") {
  std::string text = "A=0123456789abcdef\n";
  for (int i = 0; i < 40; ++i) text += "A=$A$A\n";
  const auto errors = secret_errors(text);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == "the secrets take more than 16 MiB");
  CHECK(errors[0].where->line > 15);
}

TEST_CASE("a NUL byte in a secret is an error", "[config][secrets][fuzz]") {
  CHECK(messages(secret_errors(std::string("A=x\0y\n", 6))) ==
        "the value of `A` holds a NUL byte\n");
}

TEST_CASE("what a failed command says shows no secret, whole or by the line",
          "[config][secrets][fuzz]") {
  const auto reason = [](const std::string& file, const std::string& said) {
    const auto fail = [&](const std::string&) { return CommandResult{1, "", said}; };
    try {
      static_cast<void>(resolve_secrets({{"s", file}}, {{"TOKEN", "t0ken"}}, fail, {}));
    } catch (const Error& error) {
      return error.diagnostics().front().reason;
    }
    return std::string("nothing was thrown");
  };
  CHECK(reason("A=$(get $TOKEN)\n", "bad t0ken\n") == "bad [redacted]");
  CHECK(reason("K='first line\nsecond line'\nA=$(get)\n", "x\nsecond line?\n") == "[redacted]?");
  CHECK(reason("K=ed\nL=c\nA=$(get)\n", "ed c\n") == "[redacted] [redacted]");
}
