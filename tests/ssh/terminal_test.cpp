// run_terminal on a real PTY: what a person sees.

#include "ssh/terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstring>
#include <utility>

#include "ssh/server.h"

using namespace liteship;
using namespace liteship::ssh;
using namespace std::chrono_literals;

namespace {

/// A child process on a PTY of 101 × 33 that runs `command` on the server.
class Terminal {
 public:
  Terminal(const SshRequest& request, const Command& command) {
    winsize size{.ws_row = 33, .ws_col = 101, .ws_xpixel = 0, .ws_ypixel = 0};
    int master = -1;
    pid_ = ::forkpty(&master, nullptr, nullptr, &size);
    REQUIRE(pid_ >= 0);
    if (pid_ == 0) {
      const auto connected = connect(request);
      const int status = connected->host->run_terminal(command).status;
      termios after{};
      ::tcgetattr(STDIN_FILENO, &after);
      const bool restored = (after.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
      const char* text = restored ? "<restored>" : "<raw>";
      (void)!::write(STDOUT_FILENO, text, ::strlen(text));
      ::_exit(status);  // the parent's test report is none of this process's
    }
    master_ = Fd(master);
  }
  ~Terminal() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// Reads until `text` appears.
  bool shows(const std::string& text) {
    const Deadline deadline = Clock::now() + 60s;
    while (screen_.find(text) == std::string::npos && Clock::now() < deadline) {
      pollfd fd{master_.get(), POLLIN, 0};
      if (::poll(&fd, 1, 1000) <= 0) continue;
      std::array<char, 4096> buffer{};
      const ssize_t count = ::read(master_.get(), buffer.data(), buffer.size());
      if (count <= 0) break;
      screen_.append(buffer.data(), static_cast<std::size_t>(count));
    }
    const std::size_t at = screen_.find(text);
    INFO(screen_);
    CHECK(at != std::string::npos);
    if (at == std::string::npos) return false;
    screen_.erase(0, at + text.size());
    return true;
  }
  void type(const std::string& text) const {
    REQUIRE(::write(master_.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  void resize(unsigned short columns, unsigned short rows) const {
    const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    ::ioctl(master_.get(), TIOCSWINSZ, &size);
  }
  int status() {
    int status = 0;
    ::waitpid(std::exchange(pid_, 0), &status, 0);
    return WEXITSTATUS(status);
  }

 private:
  pid_t pid_ = 0;
  Fd master_;
  std::string screen_;
};

}  // namespace

TEST_CASE("a terminal session has the window's size, follows it, and ends with the status",
          "[ssh][terminal]") {
  const Server server;
  Terminal terminal(server.request(), Command{"sh"});
  terminal.type("stty size\r");
  CHECK(terminal.shows("33 101"));
  terminal.resize(132, 50);
  terminal.type("sleep 0.5; stty size\r");
  CHECK(terminal.shows("50 132"));
  terminal.type("echo $((6*7))gr\303\274n\r");
  CHECK(terminal.shows("42gr\303\274n"));
  terminal.type("exit 9\r");
  CHECK(terminal.shows("<restored>"));
  CHECK(terminal.status() == 9);
}

TEST_CASE("Ctrl-C reaches the remote program", "[ssh][terminal]") {
  const Server server;
  // Short sleeps: a signal that comes just before one begins is caught when it ends.
  Terminal terminal(
      server.request(),
      Command{"sh", "-c",
              "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 0.1; done"});
  CHECK(terminal.shows("ready"));
  terminal.type("\003");
  CHECK(terminal.shows("caught"));
  CHECK(terminal.shows("<restored>"));
  CHECK(terminal.status() == 5);
}
