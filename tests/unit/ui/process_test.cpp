// What depends on the process: a real pseudo-terminal, the environment and files.

#include <fcntl.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <system_error>

#include "unit/ui/capture.h"

using namespace liteship;
namespace fs = std::filesystem;

namespace {

/// Runs `body` in a child on a new terminal of 60 columns; returns what it printed.
std::string run_on_terminal(const std::function<void()>& body) {
  int master = -1;
  winsize size{.ws_row = 24, .ws_col = 60, .ws_xpixel = 0, .ws_ypixel = 0};
  const pid_t child = forkpty(&master, nullptr, nullptr, &size);
  if (child == 0) {
    body();
    _exit(0);
  }
  std::string printed;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto count = read(master, buffer.data(), buffer.size());
    if (count <= 0) break;  // EIO: the child's side is closed
    printed.append(buffer.data(), static_cast<std::size_t>(count));
  }
  close(master);
  waitpid(child, nullptr, 0);
  return printed;
}

std::string show_options() {
  const auto options = detect_options(Format::automatic, Verbosity::normal);
  return std::string(options.format == Format::live ? "live" : "plain") +
         (options.color == Color::on ? " colour " : " grey ") +
         std::to_string(options.terminal_width);
}

std::string detected(const std::string& term, const std::string& no_color) {
  return run_on_terminal([&] {
    setenv("TERM", term.c_str(), 1);
    setenv("NO_COLOR", no_color.c_str(), 1);
    DescriptorSink(STDOUT_FILENO).write(show_options());
  });
}

std::string read_text(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    auto name = (fs::temp_directory_path() / "liteship-ui-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TemporaryDirectory() { fs::remove_all(path); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  fs::path path;
};

}  // namespace

TEST_CASE("a terminal is recognised with its width and colours", "[ui]") {
  CHECK(detected("xterm", "") == "live colour 60");
  CHECK(detected("xterm", "1") == "live grey 60");
  CHECK(detected("dumb", "") == "plain grey 60");
}

TEST_CASE("a real terminal sees the live line and its end", "[ui]") {
  const auto printed = run_on_terminal([] {
    setenv("TERM", "xterm", 1);
    const auto reporter = make_reporter(detect_options(Format::automatic, Verbosity::normal));
    reporter->on_event(StepBegan{"a", "Start"});
    reporter->on_event(StepEnded{"a", "already running"});
    reporter->answer("ready", "");
  });
  CHECK(printed.find("\r… Start\x1b[K\r\x1b[K") == 0);
  CHECK(printed.find("already running") != std::string::npos);
  CHECK(printed.ends_with("ready\r\n"));
}

TEST_CASE("the log has everything, and only its owner may read it", "[ui]") {
  const TemporaryDirectory directory;
  const auto file = directory.path / "run.log";
  {
    Capture capture({.format = Format::plain, .verbosity = Verbosity::quiet, .log_file = file});
    capture.reporter->on_output("raw");
    capture.reporter->on_event(StepBegan{"a", "Start"});
    capture.reporter->error(ErrorKind::connection, Diagnostic{.message = "gone"});
  }
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const auto text = read_text(file);
  CHECK(text.starts_with("raw\n20"));
  CHECK(text.find(R"(Z {"type":"step_began","step":"a","title":"Start"})") != std::string::npos);
  CHECK(text.find("Z connection error: gone\n") != std::string::npos);
}

TEST_CASE("the log and its directory are private, whatever the umask", "[ui]") {
  for (const mode_t mask : {0000U, 0777U}) {
    const TemporaryDirectory directory;
    setenv("XDG_STATE_HOME", (directory.path / "new").c_str(), 1);
    const mode_t before = umask(mask);
    const auto file = new_log_file("deploy");
    Capture({.format = Format::plain, .log_file = file}).reporter->on_event(Note{"hi"});
    umask(before);
    unsetenv("XDG_STATE_HOME");
    struct stat status {};
    REQUIRE(stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    REQUIRE(stat(file.parent_path().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0700);
  }
}

TEST_CASE("what programs printed moves no cursor", "[ui]") {
  for (const Format format : {Format::plain, Format::live}) {
    Capture capture({.format = format, .verbosity = Verbosity::verbose});
    capture.reporter->on_output("5%\r10%\r\n\x1b]0;mine\x07\n");
    capture.reporter->answer("by \x1b[2Jann", "");
    CHECK(capture.err.text.find("5%\n10%\n?]0;mine?\n") != std::string::npos);
    CHECK(capture.out.text == "by ?[2Jann\n");
  }
}

TEST_CASE("only the newest logs are kept", "[ui]") {
  const TemporaryDirectory directory;
  setenv("XDG_STATE_HOME", directory.path.c_str(), 1);
  fs::create_directories(directory.path / "liteship");
  for (int i = 10; i < 40; ++i) {
    std::ofstream(directory.path / "liteship" / ("2020-01-" + std::to_string(i) + ".log"));
  }
  std::ofstream(directory.path / "liteship" / "other.txt");
  const auto file = new_log_file("deploy");
  unsetenv("XDG_STATE_HOME");
  CHECK(file.parent_path() == directory.path / "liteship");
  CHECK(file.string().find("-deploy-") != std::string::npos);
  std::size_t logs = 0;
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    if (entry.path().extension() == ".log") ++logs;
  }
  CHECK(logs == 19);
  CHECK_FALSE(fs::exists(directory.path / "liteship/2020-01-20.log"));
  CHECK(fs::exists(directory.path / "liteship/2020-01-21.log"));
  CHECK(fs::exists(directory.path / "liteship/other.txt"));
}

TEST_CASE("a log that cannot be made is no reason to stop", "[ui]") {
  setenv("XDG_STATE_HOME", "/dev/null/state", 1);
  CHECK(new_log_file("deploy").empty());
  unsetenv("XDG_STATE_HOME");
  Capture capture({.format = Format::plain, .log_file = "/dev/null/run.log"});
  capture.reporter->on_event(Note{"hi"});
  CHECK(capture.err.text == "note: hi\n");
}

TEST_CASE("a sink reports a reader that went away", "[ui]") {
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  close(ends[0]);
  auto* const before = std::signal(SIGPIPE, SIG_IGN);
  CHECK_THROWS_AS(DescriptorSink(ends[1]).write("x"), std::system_error);
  std::signal(SIGPIPE, before);
  close(ends[1]);
}
