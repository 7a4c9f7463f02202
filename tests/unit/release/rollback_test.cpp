// The driver over a host that replays: what each way of ending becomes for the person.

#include <catch2/catch_test_macros.hpp>

#include "liteship/release.h"
#include "unit/release/said.h"

using namespace liteship;

namespace {

struct Driver {
  Config config = samples::config();
  Secrets secrets;
  FakeHost host;
  Interrupts interrupts;
  std::vector<Event> events;
  ReleaseOptions options;

  ReleaseReport rollback() {
    Session session{config,
                    secrets,
                    host,
                    interrupts,
                    [&](const Event& event) { events.push_back(event); },
                    [](std::string_view) {}};
    options.action = Action::rollback;
    options.by = "Ada";
    options.skip_hooks = true;
    return run_rollback(session, options);
  }

  ErrorKind failure() {
    try {
      (void)rollback();
    } catch (const Error& error) {
      diagnostic = error.diagnostics().front();
      return error.kind();
    }
    FAIL("nothing was thrown");
    return ErrorKind::internal;
  }
  Diagnostic diagnostic;
};

}  // namespace

TEST_CASE("a rollback inspects, then releases, and reports what traffic saw", "[release]") {
  Driver driver;
  driver.host.phase_replies = {
      {said::serving(), PhaseSucceeded{}},
      {{FactFound{"cutover", R"({"requests":214,"failed":0,"slowest_ms":38})"}}, PhaseSucceeded{}}};
  const ReleaseReport report = driver.rollback();
  CHECK(report.version.text == "1aaa");
  REQUIRE(report.traffic);
  CHECK(report.traffic->requests == 214);
  CHECK(report.traffic->slowest_ms == 38);
  REQUIRE(driver.host.phases_ran.size() == 2);
  CHECK(driver.host.phases_ran[0].name == "inspect");
  CHECK(driver.host.phases_ran[1].name == "release");
}

TEST_CASE("what the server keeps has the server's time", "[release][clock]") {
  Driver driver;
  std::vector<Event> facts = said::serving();
  facts.emplace_back(FactFound{"now", "1234567"});
  driver.host.phase_replies = {{facts, PhaseSucceeded{}}};
  (void)driver.rollback();
  CHECK(driver.host.phases_ran.back().text.find("\"started\":1234567,") != std::string::npos);
}

TEST_CASE("an app of another user of the server is not touched", "[release][lock]") {
  Driver driver;
  driver.host.phase_replies = {{{FactFound{"elsewhere", "deployer /home/deployer"}},
                                PhaseFailed{"answers", "elsewhere", 1, true}}};
  CHECK(driver.failure() == ErrorKind::usage);
  CHECK(driver.diagnostic.message == "`chat` on this server belongs to the user `deployer`");
  CHECK(driver.diagnostic.reason ==
        "its lock, ledger and snapshots are in /home/deployer/.deploy/chat");
  CHECK(driver.diagnostic.help == "log in as that user: `ssh: user: deployer`");
  CHECK(driver.host.phases_ran.size() == 1);
}

TEST_CASE("a busy lock stops before anything else and names the holder", "[release][lock]") {
  Driver driver;
  driver.host.phase_replies = {
      {{},
       PhaseBusy{
           R"({"kind":"deploy","by":"Bob <bob@example.org>","command":"deploy","since":5})"}}};
  CHECK(driver.failure() == ErrorKind::lock_busy);
  CHECK(driver.diagnostic.reason.find("Bob <bob@example.org>") != std::string::npos);
  CHECK(driver.host.phases_ran.size() == 1);
}

TEST_CASE("a release that undid itself leaves the old version serving", "[release]") {
  Driver driver;
  driver.host.phase_replies = {
      {said::serving(), PhaseSucceeded{}},
      {{StepBegan{"swap-web", "swap"}, StepOutput{"swap-web", "the container exited with code 3"}},
       PhaseFailed{"swap-web", "died", 1, true}}};
  CHECK(driver.failure() == ErrorKind::release_failed);
  CHECK(driver.diagnostic.notes ==
        std::vector<std::string>{"the container exited with code 3", "version 2bbb still serves"});
}

TEST_CASE("a release that could not undo itself needs a person", "[release]") {
  Driver driver;
  driver.host.phase_replies = {{said::serving(), PhaseSucceeded{}},
                               {{}, PhaseFailed{"swap-web", "unhealthy", 1, false}}};
  CHECK(driver.failure() == ErrorKind::needs_you);
}

TEST_CASE("a lost connection says that the release goes on", "[release]") {
  Driver driver;
  driver.host.phase_replies = {{said::serving(), PhaseSucceeded{}},
                               {{}, PhaseLost{"no answer for 15 s"}}};
  CHECK(driver.failure() == ErrorKind::connection);
  CHECK(driver.diagnostic.notes.front().find("goes on there") != std::string::npos);
}

TEST_CASE("a release that was stopped but could not undo itself needs a person", "[release]") {
  Driver driver;
  driver.host.phase_replies = {{said::serving(), PhaseSucceeded{}},
                               {{}, PhaseFailed{"migrate", "interrupted", 130, false}}};
  CHECK(driver.failure() == ErrorKind::needs_you);
}

TEST_CASE("stopped on request is no failure of the release", "[release]") {
  Driver driver;
  driver.host.phase_replies = {{said::serving(), PhaseSucceeded{}},
                               {{}, PhaseFailed{"migrate", "interrupted", 130, true}}};
  CHECK(driver.failure() == ErrorKind::interrupted);
}

TEST_CASE("the holder of a lock is told in words", "[release][lock]") {
  CHECK(describe_holder(R"({"kind":"deploy","by":"Ada","command":"deploy -d staging","since":100})",
                        160) == "Ada, for 60 s (`deploy -d staging`)");
  CHECK(describe_holder(R"({"kind":"manual","by":"Ada","command":"hands off","since":100})", 100) ==
        "Ada, for 0 s: hands off");
  CHECK(describe_holder(R"({"kind":"kamal","details":"TG9ja2VkIGJ5OiBCb2I="})", 0) ==
        "Kamal: Locked by: Bob");
  CHECK(describe_holder("{oops", 0) == "somebody");
  CHECK(describe_holder(R"({"kind":"deploy"})", 0) == "somebody");
}
