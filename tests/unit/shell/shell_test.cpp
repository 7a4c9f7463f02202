#include "liteship/shell.h"

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <memory>
#include <stdexcept>

using namespace liteship;

namespace {

/// What a real sh makes of `line`.
std::string run_sh(const std::string& line) {
  const auto file = std::unique_ptr<FILE, int (*)(FILE*)>(popen(line.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 256> buffer{};
  while (const auto n = fread(buffer.data(), 1, buffer.size(), file.get())) {
    output.append(buffer.data(), n);
  }
  return output;
}

}  // namespace

TEST_CASE("plain words stay as they are", "[shell]") {
  CHECK(quote("type=bind,src=/a/b:ro") == "type=bind,src=/a/b:ro");
  CHECK(quote("user@host.example:22") == "user@host.example:22");
}

TEST_CASE("everything else is put in single quotes", "[shell]") {
  CHECK(quote("") == "''");
  CHECK(quote("a b") == "'a b'");
  CHECK(quote("it's") == R"('it'\''s')");
  CHECK(quote("$HOME") == "'$HOME'");
  CHECK(quote("~") == "'~'");
  CHECK(quote("{a,b}") == "'{a,b}'");
}

TEST_CASE("a real shell gives every byte back", "[shell]") {
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  for (const auto& word : {every, std::string("-n\n"), std::string("\\'\""), std::string("ü €")}) {
    CHECK(run_sh(render(Command{"printf", "%s", word})) == word);
  }
}

TEST_CASE("a NUL byte cannot be quoted", "[shell]") {
  CHECK_THROWS_AS(quote(std::string_view("a\0b", 3)), std::invalid_argument);
}

TEST_CASE("a command is built word by word", "[shell]") {
  auto command = Command("docker");
  command.arg("run").flag("--name", "my app").args({"--rm", "img"});
  CHECK(render(command) == "docker run --name 'my app' --rm img");
  CHECK(command == Command{"docker", "run", "--name", "my app", "--rm", "img"});
}

TEST_CASE("a line becomes the words that a real shell makes of it", "[shell]") {
  for (const std::string line :
       {"a  b\tc ", R"(sh -c "echo \"a b\" c\d" 'e\f' g\ h)", R"(a'b c'"d e"f)", R"('' "" x)",
        "a\\\nb \"c\\\nx\"", R"(-n \\ "\\" '\\' \' \")", "\xc3\xbc '\xe2\x82\xac '",
        "\"a'b\" 'c\"d'"}) {
    INFO(line);
    const auto split = split_words(line);
    REQUIRE(split);
    CHECK_FALSE(split->needs_shell);
    std::string words;
    for (const std::string& word : split->words) words += "<" + word + ">";
    CHECK(words == run_sh("printf '<%s>' " + line));
  }
  CHECK(split_words(" \n")->words.empty());
  CHECK(split_words("a\nb")->words == std::vector<std::string>{"a", "b"});
}

TEST_CASE("what only a shell understands is kept and told", "[shell]") {
  for (const std::string line :
       {"a|b", "a && b", "a; b", "a >b", "$X", "\"$X\"", "`a`", "\"`a`\"", "(a)"}) {
    INFO(line);
    CHECK(split_words(line)->needs_shell);
  }
  CHECK(split_words("echo $X>y")->words == std::vector<std::string>{"echo", "$X>y"});
  for (const std::string line : {R"('$X;`a`')", R"(\$X \; "\$X")", "a~ *b #c"}) {
    INFO(line);
    CHECK_FALSE(split_words(line)->needs_shell);
  }
}

TEST_CASE("a quote that stays open is told", "[shell]") {
  for (const std::string line : {"it's", "\"a", "a\\", "\"a\\\""}) {
    INFO(line);
    CHECK_FALSE(split_words(line));
  }
}
