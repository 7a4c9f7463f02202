// The agent of this machine, used from a real server: `ssh` runs the command.

#include <cstdlib>

#include "ssh/agent_host.h"
#include "ssh/running.h"

using namespace liteship;
using namespace liteship::ssh;

namespace {

struct Told {
  CommandOutcome outcome;
  std::string out;
  std::string err;
};

Told tell(Connected& connected, const Command& command) {
  Told told;
  told.outcome = connected.host->run_command(
      command, [&](std::string_view bytes) { told.out += bytes; },
      [&](std::string_view bytes) { told.err += bytes; }, connected.interrupts);
  return told;
}

}  // namespace

TEST_CASE("what runs on the server may use the agent, when it is forwarded", "[ssh][agent]") {
  const Server server;
  const RunningAgent agent;
  agent.add(server.directory.make_key("in_agent", "ed25519"));
  const Command list = {"ssh-add", "-l"};
  SshRequest request = server.request();

  SECTION("without it there is none") {
    auto connected = connect(request);
    CHECK(tell(*connected, list).outcome.status == 2);  // ssh-add: cannot contact the agent
  }
  SECTION("with it the server sees its keys") {
    request.forward_agent = true;
    auto connected = connect(request);
    const Told told = tell(*connected, list);
    INFO(told.err);
    CHECK(told.outcome.status == 0);
    contains(told.out, "in_agent");
  }
  SECTION("keys that are texts log in, too, and leave no file") {
    request.forward_agent = true;
    request.key_data = {Secret(*read_file(server.key))};
    request.keys.clear();
    auto connected = connect(request);
    contains(tell(*connected, list).out, "in_agent");
  }
}

TEST_CASE("a command beside the agent is told as any other", "[ssh][agent]") {
  const Server server;
  SshRequest request = server.request();
  request.forward_agent = true;
  auto connected = connect(request);
  const Told told =
      tell(*connected, {"sh", "-c", "echo \"$1\"; echo two >&2; exit 7", "sh", "a  'b' \"$HOME\""});
  CHECK(told.outcome.status == 7);
  CHECK(told.out == "a  'b' \"$HOME\"\n");
  CHECK(told.err == "two\n");
  std::vector<Event> events;
  CHECK(std::holds_alternative<PhaseSucceeded>(
      run(*connected, script("look", "echo 'end look done'\n"), events)));
}

TEST_CASE("an interrupt ends a command beside the agent", "[ssh][agent]") {
  const Server server;
  SshRequest request = server.request();
  request.forward_agent = true;
  auto connected = connect(request);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    connected->interrupts.raise();
  });
  CHECK(tell(*connected, {"sleep", "60"}).outcome.status == 130);
  later.join();
}

TEST_CASE("without `ssh` on this machine it is said what is missing", "[ssh][agent]") {
  Interrupts interrupts;
  const OutputSink nowhere = [](std::string_view) {};
  CHECK_THROWS_AS(stream_tool({"no-such-program"}, nowhere, nowhere, interrupts), Error);
  CHECK_THROWS_AS(run_in_front({"no-such-program"}), Error);
}

TEST_CASE("what is for the server is not for its jump hosts", "[ssh][agent]") {
  SshRequest request;
  request.host = "[2001:db8::1]";
  request.user = "deploy";
  request.port = Port{2222};
  request.keys = {"~/.ssh/a b"};
  request.keys_only = true;
  request.proxy = "gate@192.0.2.1";
  request.use_config = false;
  CHECK(forwarding_config(request, {"/proc/1/fd/5"}) ==
        "Host \"2001:db8::1\"\n"
        "  ForwardAgent yes\n"
        "  LogLevel ERROR\n"
        "  User \"deploy\"\n"
        "  Port 2222\n"
        "  IdentitiesOnly yes\n"
        "  IdentityFile \"~/.ssh/a b\"\n"
        "  IdentityFile \"/proc/1/fd/5\"\n"
        "  ProxyJump gate@192.0.2.1\n"
        "Match all\n"
        "Host *\n"
        "  User root\n");
  request.keys = {"a\"\nProxyCommand evil"};
  CHECK_THROWS_AS(forwarding_config(request, {}), Error);
}
