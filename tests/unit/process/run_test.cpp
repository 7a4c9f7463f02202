#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <thread>

#include "temporary.h"

using namespace liteship;
using namespace liteship::test;
using namespace std::chrono_literals;

namespace {

RunResult sh(const std::string& script, RunOptions options = {}) {
  Interrupts never;
  return run_process({"sh", "-c", script}, options, never);
}

}  // namespace

TEST_CASE("a program's streams and status come back apart", "[process][run]") {
  const RunResult result = sh("echo out; echo err >&2; exit 3");
  CHECK(result.status == 3);
  CHECK(result.output == "out\n");
  CHECK(result.error_output == "err\n");
}

TEST_CASE("a missing program is status 127, a signal is 128 and its number", "[process][run]") {
  Interrupts never;
  CHECK(run_process(Command("no-such-program-here"), {}, never).status == 127);
  CHECK(run_process(Command("/no/such/program"), {}, never).status == 127);
  CHECK(sh("kill -9 $$").status == 137);
}

TEST_CASE("stdin is the text, the stream, or empty", "[process][run]") {
  RunOptions options;
  CHECK(sh("cat", options).output.empty());
  options.input = std::string(300000, 'x');
  CHECK(sh("cat", options).output == options.input);
  options.input.clear();
  const auto stream = open_text(std::string(300000, 'y'));
  options.input_stream = stream.get();
  CHECK(sh("cat", options).output == std::string(300000, 'y'));
}

TEST_CASE("a program that does not read its stdin does no harm", "[process][run]") {
  RunOptions options;
  options.input = std::string(1000000, 'x');
  CHECK(sh("exec 0<&-; echo done; exit 4", options).status == 4);
}

TEST_CASE("directory and environment are the program's alone", "[process][run]") {
  const TemporaryDirectory directory;
  RunOptions options;
  options.directory = directory.path();
  options.environment = {{"DEPLOY_TEST_WORD", "a 'quoted' word"}};
  const RunResult result =
      sh("pwd -P; printf %s \"$DEPLOY_TEST_WORD\"; test -n \"$PATH\"", options);
  CHECK(result.status == 0);
  CHECK(result.output ==
        std::filesystem::canonical(directory.path()).string() + "\na 'quoted' word");
  CHECK(std::getenv("DEPLOY_TEST_WORD") == nullptr);
}

TEST_CASE("output is handed on as it arrives", "[process][run]") {
  std::string seen;
  RunOptions options;
  options.on_output = [&](std::string_view bytes) { seen += bytes; };
  const RunResult result = sh("echo one; echo two >&2", options);
  CHECK(seen.size() == 8);
  CHECK(result.output == "one\n");
}

TEST_CASE("a child left behind does not hold the run", "[process][run]") {
  const auto start = std::chrono::steady_clock::now();
  CHECK(sh("sleep 40 & echo started").output == "started\n");
  CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("an interrupt ends the program and is an error", "[process][run]") {
  Interrupts interrupts;
  std::jthread later([&] {
    std::this_thread::sleep_for(100ms);
    interrupts.raise();
  });
  const auto start = std::chrono::steady_clock::now();
  const TemporaryDirectory directory;
  RunOptions options;
  options.directory = directory.path();
  try {
    static_cast<void>(run_process(
        {"sh", "-c", "trap 'echo term >ended; exit 1' TERM; while :; do sleep 0.05; done"}, options,
        interrupts));
    FAIL("the interrupt was not noticed");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::interrupted);
  }
  CHECK(std::chrono::steady_clock::now() - start < 30s);
  CHECK(read_file(directory.path() / "ended") == "term\n");
}

TEST_CASE("a program that has given enough is ended", "[process][run]") {
  bool is_enough = false;
  RunOptions options;
  options.on_output = [&](std::string_view) { is_enough = true; };
  options.is_enough = [&] { return is_enough; };
  const auto start = std::chrono::steady_clock::now();
  CHECK(sh("echo first; exec sleep 60", options).status == 143);
  CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("a streamed program's failure is an error at the end", "[process][run]") {
  const auto good = open_process({"sh", "-c", "head -c 200000 /dev/zero"}, {});
  CHECK(read_all(*good).size() == 200000);
  const auto bad = open_process({"sh", "-c", "echo x; echo reason >&2; exit 2"}, {});
  try {
    static_cast<void>(read_all(*bad));
    FAIL("the status was not noticed");
  } catch (const Error& error) {
    CHECK(error.diagnostics().front().reason == "reason");
  }
  CHECK_THROWS_AS(open_process(Command("no-such-program-here"), {}), Error);
}

TEST_CASE("a program that may ask does so on the terminal", "[process][run]") {
  int master = -1;
  const pid_t child = forkpty(&master, nullptr, nullptr, nullptr);
  if (child == 0) {  // sits at the terminal's other side
    const RunResult result =
        sh("printf 'name? ' >&2; read -r name; printf 'hello %s' \"$name\"", {.may_ask = true});
    const std::string text = "[" + result.output + "|" + result.error_output + "]";
    (void)!write(STDOUT_FILENO, text.data(), text.size());
    _exit(0);
  }
  REQUIRE(child > 0);
  CHECK(write(master, "ada\n", 4) == 4);
  std::string seen;
  char block[256];
  for (ssize_t count = 0; (count = read(master, block, sizeof block)) > 0;) {
    seen.append(block, static_cast<std::size_t>(count));
  }
  close(master);
  waitpid(child, nullptr, 0);
  INFO(seen);
  CHECK(seen.find("name? ") != std::string::npos);
  CHECK(seen.find("[hello ada|]") != std::string::npos);
}

TEST_CASE("a stream that is let go ends its program", "[process][run]") {
  const auto start = std::chrono::steady_clock::now();
  { const auto endless = open_process({"sh", "-c", "exec sleep 60"}, {}); }
  CHECK(std::chrono::steady_clock::now() - start < 30s);
}

TEST_CASE("files are written whole and with their mode", "[process][file]") {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "file";
  CHECK_FALSE(read_file(path));
  write_file(path, "one", 0600);
  write_file(path, "two", 0640);
  CHECK(read_file(path) == "two");
  CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0640));
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
  CHECK_THROWS_AS(write_file(directory.path() / "no" / "file", "x", 0600), Error);
  CHECK_THROWS_AS(read_file(directory.path()), Error);
}

TEST_CASE("a hook runs when it is an executable file", "[process][hook]") {
  const TemporaryDirectory directory;
  Interrupts never;
  CHECK_FALSE(run_hook(directory.path(), "pre-deploy", {}, never).ran);
  write_file(directory.path() / "pre-deploy", "#!/bin/sh\necho \"$KAMAL_VERSION\"; exit 7\n", 0644);
  CHECK_FALSE(run_hook(directory.path(), "pre-deploy", {}, never).ran);
  write_file(directory.path() / "pre-deploy", "#!/bin/sh\necho \"$KAMAL_VERSION\"; exit 7\n", 0755);
  const HookResult hook =
      run_hook(directory.path(), "pre-deploy", {{"KAMAL_VERSION", "v1"}}, never);
  CHECK(hook.ran);
  CHECK(hook.status == 7);
  CHECK(hook.output == "v1\n");
}

TEST_CASE("why curl could not send is told in its own words", "[process][curl]") {
  const std::string body = R"({"text":"\"quoted\" \\ back\n"})";
  CHECK(post_json("http://127.0.0.1:1/v1/logs", body).starts_with("curl: (7)"));
  CHECK(post_json("no-scheme://x", body).starts_with("curl: (1)"));
}
