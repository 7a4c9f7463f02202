// What the command line gives to those who come from Kamal.

#include <catch2/catch_test_macros.hpp>
#include <filesystem>

#include "unit/cli/fixture.h"
#include "unit/release/said.h"

using namespace liteship;

TEST_CASE("config --kamal shows the version that VERSION or --version names", "[cli][kamal]") {
  Program program;
  program.write("deploy.yml", small_config);
  CHECK(program.run({"config", "--kamal"}) == 2);  // there is no commit
  program.variables["VERSION"] = "v9";
  REQUIRE(program.run({"config", "--kamal"}) == 0);
  CHECK(contains(program.out.text, ":absolute_image: \"notes:v9\"\n"));
  REQUIRE(program.run({"config", "--kamal", "--version", "v10"}) == 0);
  CHECK(contains(program.out.text, ":service_with_version: notes-v10\n"));
}

TEST_CASE("output.file.path gets a log of what changes the server", "[cli][kamal]") {
  Program program;
  program.write("deploy.yml",
                "service: chat\nimage: chat\nservers:\n  - 192.0.2.10\n"
                "output: {file: {path: log/deploy}}\n");
  program.host.phase_replies = {{said::serving(), PhaseSucceeded{}}};
  REQUIRE(program.run({"status"}) == 0);
  CHECK_FALSE(std::filesystem::exists(program.directory / "log"));
  program.host = FakeHost();
  program.host.phase_replies = {{said::serving(), PhaseSucceeded{}}};
  (void)program.run({"rollback"});
  int logs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(program.directory / "log/deploy")) {
    CHECK(entry.path().filename().string().ends_with("_rollback.log"));
    ++logs;
  }
  CHECK(logs == 1);
}
