// Connections that end or fall silent in a phase, and the person who stops one.

#include "ssh/running.h"

using namespace liteship;
using namespace liteship::ssh;
using namespace std::chrono_literals;

TEST_CASE("a killed connection is noticed at once", "[ssh]") {
  const Server server;
  auto request = server.request();
  request.keepalive_interval = 20;
  auto connected = connect(request);
  std::vector<Event> events;
  const auto start = Clock::now();
  // The shell's parent is the sshd process of this connection.
  const auto outcome =
      run(*connected, script("release", "echo 'step a A'; sleep 0.5; kill -9 $PPID; sleep 60\n"),
          events);
  CHECK(std::holds_alternative<PhaseLost>(outcome));
  CHECK(Clock::now() - start < 30s);  // three keepalives would be 60 s
  CHECK(events.size() == 1);
  SECTION("and so is everything after it") {
    CHECK(run_command(*connected, Command{"true"}).status == -1);
  }
}

TEST_CASE("a server that stops answering is dead after three keepalives", "[ssh]") {
  const Server server;
  auto request = server.request();
  request.keepalive_interval = 1;
  auto connected = connect(request);
  std::vector<Event> events;
  const auto start = Clock::now();
  // Stopped, the connection's process neither answers nor closes; a child lets it go on later.
  const auto outcome =
      run(*connected,
          script("release",
                 "(sleep 40; kill -CONT $PPID) & echo 'step a A'; kill -STOP $PPID; sleep 41\n"),
          events);
  const auto took = Clock::now() - start;
  CHECK(std::get<PhaseLost>(outcome).reason == "the server has not answered for 3 s");
  CHECK(took > 2s);
  CHECK(took < 30s);
}

TEST_CASE("keepalive keeps a quiet phase alive", "[ssh]") {
  const Server server;
  auto request = server.request();
  request.keepalive_interval = 1;
  auto connected = connect(request);
  std::vector<Event> events;
  const auto outcome =
      run(*connected, script("release", "sleep 5; echo 'end release done'\n"), events);
  CHECK(std::holds_alternative<PhaseSucceeded>(outcome));
}

TEST_CASE("a laptop that falls silent is hung up on, one that builds is not", "[ssh]") {
  const Server server;
  const std::string gone = server.directory.file("gone");
  auto request = server.request();
  request.keepalive_interval = 1;
  auto connected = connect(request);
  std::vector<Event> events;
  const auto phase = [&](const std::string& body) {
    return run(*connected, script("release", body + "echo 'end release done'\n"), events);
  };
  REQUIRE(std::holds_alternative<PhaseSucceeded>(phase(
      "(while kill -0 $PPID; do sleep 0.1; done; echo >'" + gone + "') >/dev/null 2>&1 &\n")));
  for (int i = 0; i < 140; ++i) {  // as run_process does while a program of this machine is at work
    std::this_thread::sleep_for(100ms);
    connected->interrupts.idle();
  }
  CHECK(std::holds_alternative<PhaseSucceeded>(phase("")));
  CHECK_FALSE(std::filesystem::exists(gone));
  // Nobody waits any more, as on a laptop that sleeps.
  for (int i = 0; i < 150 && !std::filesystem::exists(gone); ++i)
    std::this_thread::sleep_for(100ms);
  CHECK(std::filesystem::exists(gone));
}

TEST_CASE("a silence limit ends a phase without events", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  auto phase = script("release", "echo 'step a A'; sleep 20; echo 'end release done'\n");
  phase.silence_limit = 1;
  CHECK(std::get<PhaseLost>(run(*connected, phase, events)).reason == "no event for 1 s");
}

TEST_CASE("the first interrupt asks the phase to undo", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  auto phase = script("release",
                      "echo 'step a A'; read -r word; echo \"out a $word\"; "
                      "echo 'end release undone'\n");
  phase.on_interrupt = "undo\n";
  std::thread person([&] {
    std::this_thread::sleep_for(300ms);
    connected->interrupts.raise();
  });
  const auto outcome = run(*connected, phase, events);
  person.join();
  CHECK(std::get<PhaseFailed>(outcome).undone);
  CHECK(std::get<StepOutput>(events.at(1)).text == "undo");

  SECTION("and nothing new begins after it") {
    const auto next = run(*connected, script("inspect", "echo 'end inspect done'\n"), events);
    CHECK(std::get<PhaseLost>(next).reason == "interrupted");
  }
}

TEST_CASE("an interrupt before the first event still asks the phase to undo", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  // dash reads ahead: a word that comes while it sleeps here must not become a line of its script.
  CHECK(std::holds_alternative<PhaseSucceeded>(
      run(*connected, script("first", "echo 'end first done'\n"), events)));
  auto phase = script("release",
                      "sleep 1\necho 'step a A'; read -r word; echo \"out a $word\"; "
                      "echo 'end release undone'\n");
  phase.on_interrupt = "undo\n";
  std::thread person([&] {
    std::this_thread::sleep_for(100ms);
    connected->interrupts.raise();
  });
  const auto outcome = run(*connected, phase, events);
  person.join();
  CHECK(std::get<PhaseFailed>(outcome).undone);
}

TEST_CASE("the second interrupt detaches", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  auto phase = script("release", "echo 'step a A'; sleep 40; echo 'end release done'\n");
  phase.on_interrupt = "undo\n";
  std::thread person([&] {
    std::this_thread::sleep_for(300ms);
    connected->interrupts.raise();
    std::this_thread::sleep_for(300ms);
    connected->interrupts.raise();
  });
  const auto start = Clock::now();
  const auto outcome = run(*connected, phase, events);
  person.join();
  CHECK(std::get<PhaseLost>(outcome).reason == "interrupted");
  CHECK(Clock::now() - start < 30s);
}

TEST_CASE("an interrupt ends a phase that cannot undo", "[ssh]") {
  const Server server;
  auto connected = connect(server.request());
  std::vector<Event> events;
  std::thread person([&] {
    std::this_thread::sleep_for(300ms);
    connected->interrupts.raise();
  });
  const auto outcome = run(*connected, script("inspect", "sleep 20\n"), events);
  person.join();
  CHECK(std::get<PhaseLost>(outcome).reason == "interrupted");
}
