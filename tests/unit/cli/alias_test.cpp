// `aliases:` of deploy.yml.

#include <catch2/catch_test_macros.hpp>

#include "unit/cli/fixture.h"

using namespace liteship;

namespace {

constexpr const char* aliases =
    "aliases:\n"
    "  where: config --json\n"
    "  console: exec --dry-run 'bin/rails console'\n"
    "  lost: statsu\n"
    "  status: version\n";

}  // namespace

TEST_CASE("an alias stands for a command, and what follows it is appended", "[cli][alias]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + aliases);
  program.write("deploy.staging.yml", "aliases:\n  where: version\n");
  CHECK(program.run({"where"}) == 0);
  CHECK(program.out.text.find("\"192.0.2.10\"") != std::string::npos);
  CHECK(program.run({"where", "-d", "staging"}) == 0);
  CHECK(program.out.text == "deploy " LITESHIP_VERSION "\n");
  CHECK(program.run({"console", "-e"}) == 0);
  INFO(program.out.text);
  CHECK(program.out.text.find("rails console") != std::string::npos);
  CHECK(program.out.text.find("-e") != std::string::npos);
}

TEST_CASE("an alias overrides no command", "[cli][alias]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + aliases);
  CHECK(program.run({"status", "--help"}) == 0);
  CHECK(program.out.text.find("deploy status") != std::string::npos);
}

TEST_CASE("an alias that cannot be used is named", "[cli][alias]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + aliases);
  CHECK(program.run({"lost"}) == 2);
  CHECK(program.err.text.find("the alias `lost` cannot be used") != std::string::npos);
  CHECK(program.run({"neither"}) == 2);
  CHECK(program.err.text.find("unknown command `neither`") != std::string::npos);
}

TEST_CASE("an unknown command without deploy.yml is just that", "[cli][alias]") {
  Program program;
  CHECK(program.run({"where"}) == 2);
  CHECK(program.err.text.find("unknown command `where`") != std::string::npos);
}

TEST_CASE("an interrupt before the first step reaches no server", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.interrupted = true;
  CHECK(program.run({"status"}) == 130);
  CHECK(program.requests.empty());
}
