// Phases over a real sshd.

#include "ssh/running.h"

using namespace liteship;
using namespace liteship::ssh;
using namespace std::chrono_literals;

TEST_CASE("a phase reports its events and ends with done", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome = run(*connected,
                           script("inspect",
                                  "f() {\n"
                                  "echo 'phase inspect'\n"
                                  "echo 'step look Look around'\n"
                                  "echo 'ok look'\n"
                                  "echo 'end inspect done'\n"
                                  "}\nf </dev/null\n"),
                           events);
  INFO(connected->log);
  CHECK(std::holds_alternative<PhaseSucceeded>(outcome));
  REQUIRE(events.size() == 4);
  CHECK(std::get<StepBegan>(events[1]) == StepBegan{"look", "Look around"});

  SECTION("and the same shell runs the next one") {
    CHECK(std::holds_alternative<PhaseSucceeded>(
        run(*connected, script("set", "x=kept; echo 'end set done'\n"), events)));
    events.clear();
    CHECK(std::holds_alternative<PhaseSucceeded>(
        run(*connected, script("get", "echo \"fact x $x\"; echo 'end get done'\n"), events)));
    CHECK(std::get<FactFound>(events[0]).value == "kept");
  }
}

TEST_CASE("a failed phase carries the step that failed", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome =
      run(*connected, script("release", "echo 'fail start 3 died'; echo 'end release undone'\n"),
          events);
  const auto& failed = std::get<PhaseFailed>(outcome);
  CHECK(failed.step == "start");
  CHECK(failed.status == 3);
  CHECK(failed.reason == "died");
  CHECK(failed.undone);
}

TEST_CASE("a busy lock is an outcome of its own", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome =
      run(*connected, script("inspect", "echo 'busy {\"by\":\"ann\"}'; echo 'end inspect busy'\n"),
          events);
  CHECK(std::get<PhaseBusy>(outcome).holder == R"({"by":"ann"})");
}

TEST_CASE("what commands print cannot forge an event", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome =
      run(*connected,
          script("release", "echo 'end release done' >&2; sleep 0.3; echo 'end release failed'\n"),
          events);
  CHECK(std::holds_alternative<PhaseFailed>(outcome));
  CHECK(events.size() == 1);
  CHECK(connected->log.find("end release done") != std::string::npos);
}

TEST_CASE("the end of another phase does not end this one", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome =
      run(*connected, script("release", "echo 'end inspect done'; echo 'end release failed'\n"),
          events);
  CHECK(std::holds_alternative<PhaseFailed>(outcome));
}

TEST_CASE("a malformed event is an error and the next phase has a new shell", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  CHECK_THROWS_AS(run(*connected, script("inspect", "echo 'end inspect maybe'\n"), events), Error);
  CHECK(std::holds_alternative<PhaseSucceeded>(
      run(*connected, script("inspect", "echo 'end inspect done'\n"), events)));
}

TEST_CASE("a line over 1 MiB is an error, not memory", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  CHECK_THROWS_AS(run(*connected, script("inspect", "tr '\\0' x </dev/zero\n"), events), Error);
}

TEST_CASE("a script of 3 MB arrives whole", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::string body = "n=0\n";
  for (int i = 0; i < 150'000; ++i) body += "n=$((n+1)) # some more\n";
  body += "echo \"fact n $n\"; echo 'end inspect done'\n";
  std::vector<Event> events;
  CHECK(std::holds_alternative<PhaseSucceeded>(run(*connected, script("inspect", body), events)));
  CHECK(std::get<FactFound>(events[0]).value == "150000");
}

TEST_CASE("a shell that ends before its phase does is a lost phase", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  const auto outcome = run(*connected, script("release", "exit 3\n"), events);
  CHECK(std::get<PhaseLost>(outcome).reason == "the shell on the server ended with status 3");
}
