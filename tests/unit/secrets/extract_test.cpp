// The JSON between `secrets fetch` and `secrets extract`, and the words of a secrets file.

#include <catch2/catch_test_macros.hpp>

#include "liteship/secrets.h"

using namespace liteship;

namespace {

std::string extract(const std::string& name, const std::string& json) {
  const auto result = extract_secret(name, json);
  if (const auto* value = std::get_if<Secret>(&result)) return value->reveal();
  return "! " + render(std::get<Diagnostic>(result), Color::off);
}

/// Words, or "shell", or what an inner command came to.
std::string own(const std::string& command, const std::string& inner = "") {
  std::string ran;
  const auto result = own_command(command, [&](const std::string& text) -> SecretOutcome {
    ran += "<" + text + ">";
    if (text == "fail") return Diagnostic{.message = "it failed"};
    return CommandResult{0, inner + "\n", ""};
  });
  if (const auto* words = std::get_if<std::vector<std::string>>(&result)) {
    return ran + join(*words, "|");
  }
  const auto* outcome = std::get_if<SecretOutcome>(&result);
  return outcome == nullptr ? ran + "shell" : std::get<Diagnostic>(*outcome).message;
}

}  // namespace

TEST_CASE("a secret is found by its name or the last part of it", "[secrets]") {
  const std::string json = R"({"V/I/KEY":"a b","V/I/s/TOKEN":"x\ny","N":5,"B":true,"E":null})";
  CHECK(extract("V/I/KEY", json) == "a b");
  CHECK(extract("KEY", json) == "a b");
  CHECK(extract("s/TOKEN", json) == "x\ny");
  CHECK(extract("N", json) == "5");
  CHECK(extract("B", json) == "true");
  CHECK(extract("EY", json).starts_with("! error: `EY` was not fetched\n"));
  CHECK(extract("E", json).starts_with("! "));
  CHECK(extract("TOKN", R"({"TOKEN":"hush"})") ==
        "! error: `TOKN` was not fetched\n  help: did you mean `TOKEN`?\n");
  CHECK(extract("Z", R"({"some/LONG_NAME":"hush"})") ==
        "! error: `Z` was not fetched\n  help: fetched: `some/LONG_NAME`\n");
  for (const std::string bad : {"", "  ", "[]", "hush", "{", "\"hush\""}) {
    const auto said = extract("KEY", bad);
    CHECK(said.starts_with("! error: this is not what `deploy secrets fetch` prints\n"));
    CHECK(said.find("hush") == std::string::npos);
  }
}

TEST_CASE("what is fetched survives the way through a shell's word", "[secrets]") {
  const std::string value = "it's \"$5\" `x` \\ (a) {b} é 中\n\ttab ; | & # end\n";
  const std::string json = fetched_json({{"A/KEY", Secret(value)}, {"B", Secret("plain")}});
  const std::string word = escape_word(json);
  CHECK(extract("KEY", json) == value);
  CHECK(extract("KEY", word) == value);
  CHECK(own("kamal secrets extract KEY " + word) == "secrets|extract|KEY|" + json);
  CHECK(own("deploy secrets extract KEY $(x)", word) == "<x>secrets|extract|KEY|" + json);
  // As Ruby's shellescape: one backslash before a character of several bytes.
  CHECK(escape_word("a é\n") == "a\\ \\é'\n'");
  CHECK(escape_word("") == "''");
}

TEST_CASE("our own commands of a secrets file need no shell", "[secrets]") {
  CHECK(own("kamal secrets fetch -a test --account \"a b\" 'c d' e\\ f") ==
        "secrets|fetch|-a|test|--account|a b|c d|e f");
  CHECK(own("  deploy  secrets\tprint ") == "secrets|print");
  CHECK(own("kamal secrets extract A \"$(x 'y)' z)\"", "1 2") == "<x 'y)' z>secrets|extract|A|1 2");
  CHECK(own("kamal secrets extract A '$(x)'") == "secrets|extract|A|$(x)");
  CHECK(own("kamal secrets extract A $(fail)") == "it failed");
  for (const std::string other :
       {"op read x", "kamal", "kamal secretsfetch", "kamal config", "kamal2 secrets x",
        "kamal secrets fetch | cat", "kamal secrets fetch > f", "kamal secrets fetch $X",
        "kamal secrets fetch \"$X\"", "kamal secrets fetch 'open", "kamal secrets fetch `x`",
        "kamal secrets fetch; x", "kamal secrets"}) {
    INFO(other);
    CHECK(own(other) == "shell");
  }
}
