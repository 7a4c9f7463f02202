// A build goes on while something else is done; the docker of these tests is a script.

#include <signal.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "liteship/process.h"
#include "temporary.h"

using namespace liteship;
using namespace liteship::test;
using namespace std::chrono_literals;

namespace {

/// A `docker` in front of PATH as long as this object lives.
class FakeDocker {
 public:
  explicit FakeDocker(const std::string& script) : before_(std::getenv("PATH")) {
    directory_.write("docker", "#!/bin/sh\necho $$ >" + (directory_.path() / "pid").string() +
                                   "\n" + script + "\n");
    std::filesystem::permissions(directory_.path() / "docker", std::filesystem::perms::owner_all);
    ::setenv("PATH", (directory_.path().string() + ":" + before_).c_str(), 1);
  }
  ~FakeDocker() { ::setenv("PATH", before_.c_str(), 1); }
  FakeDocker(const FakeDocker&) = delete;
  FakeDocker& operator=(const FakeDocker&) = delete;

  /// Waits until it has begun.
  [[nodiscard]] int pid() const {
    for (int i = 0; i < 1000; ++i) {
      const auto number = parse_integer(trim(read_file(directory_.path() / "pid").value_or("")));
      if (number) return static_cast<int>(*number);
      std::this_thread::sleep_for(10ms);
    }
    return 0;
  }

 private:
  TemporaryDirectory directory_;
  std::string before_;
};

std::unique_ptr<BackgroundBuild> begin(const std::string& reference) {
  BuildRequest request;
  request.reference = reference;
  return std::make_unique<BackgroundBuild>(request, open_text("context"));
}

}  // namespace

TEST_CASE("a build goes on by itself and shows all it printed at its end", "[process][build]") {
  const FakeDocker docker("cat; echo; echo built >&2");
  const auto build = begin("app:1");
  REQUIRE(docker.pid() > 0);
  std::string output;
  Interrupts never;
  build->finish([&](std::string_view bytes) { output += bytes; }, never);
  CHECK(output.find("context\n") != std::string::npos);
  CHECK(output.find("built\n") != std::string::npos);
}

TEST_CASE("a build that failed meanwhile says why when it is waited for", "[process][build]") {
  const FakeDocker docker("cat >/dev/null; echo 'no such file' >&2; exit 3");
  const auto build = begin("app:1");
  Interrupts never;
  try {
    build->finish({}, never);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::release_failed);
    CHECK(error.diagnostics().front().reason == "no such file");
  }
}

TEST_CASE("a build that nobody waits for is stopped", "[process][build]") {
  const FakeDocker docker("exec sleep 600");
  auto build = begin("app:1");
  const int pid = docker.pid();
  REQUIRE(pid > 0);
  CHECK(::kill(pid, 0) == 0);
  build.reset();
  CHECK(::kill(pid, 0) != 0);
}

TEST_CASE("Ctrl-C ends the wait for a build and the build", "[process][build]") {
  const FakeDocker docker("exec sleep 600");
  auto build = begin("app:1");
  const int pid = docker.pid();
  Interrupts interrupts;
  interrupts.raise();
  CHECK_THROWS_AS(build->finish({}, interrupts), Error);
  build.reset();
  CHECK(::kill(pid, 0) != 0);
}
