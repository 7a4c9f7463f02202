// Completions are run by real shells where there are any.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <memory>

#include "unit/cli/fixture.h"

using namespace liteship;

namespace {

std::string run_shell(const std::string& line) {
  const auto pipe = std::unique_ptr<FILE, int (*)(FILE*)>(popen(line.c_str(), "r"), pclose);
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto n = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
    output.append(buffer.data(), n);
  }
  return output;
}

bool present(const std::string& program) { return !run_shell("command -v " + program).empty(); }

/// What bash offers after these words, the last of them unfinished.
std::string complete_bash(Program& program, const std::string& words) {
  REQUIRE(program.run({"completion", "bash"}) == 0);
  program.write("deploy.bash", program.out.text);
  const auto file = (program.directory / "deploy.bash").string();
  return run_shell("bash -c '. " + file + "; COMP_WORDS=(" + words +
                   "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _deploy; echo \"${COMPREPLY[*]}\"'");
}

}  // namespace

TEST_CASE("bash completes commands, their commands and options", "[cli]") {
  Program program;
  CHECK(complete_bash(program, "deploy roll") == "rollback\n");
  CHECK(complete_bash(program, "deploy app st") == "start stop stale_containers\n");
  CHECK(complete_bash(program, "deploy logs --fo") == "--follow\n");
  CHECK(complete_bash(program, "deploy -v completion z") == "zsh\n");
}

TEST_CASE("the completions are valid for their shells", "[cli]") {
  Program program;
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    REQUIRE(program.run({"completion", shell}) == 0);
    CHECK(program.out.text.find("rollback") != std::string::npos);
    program.write("script", program.out.text);
    if (!present(shell)) continue;
    const auto file = (program.directory / "script").string();
    INFO(shell);
    CHECK(run_shell(shell + " -n " + file + " 2>&1").empty());
  }
}
