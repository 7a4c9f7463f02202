#include "ssh/files.h"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace liteship::ssh {
namespace {

constexpr std::size_t file_limit = 16 * 1024 * 1024;
constexpr std::chrono::seconds tool_limit{10};
constexpr int poll_milliseconds = 100;

/// posix_spawn's three descriptors; -1 keeps ours. Result: -1 and errno when there is no such
/// program.
pid_t spawn(const std::vector<std::string>& words, std::array<int, 3> fds) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int target = 0; target < 3; ++target) {
    const int source = fds[static_cast<std::size_t>(target)];
    if (source >= 0) posix_spawn_file_actions_adddup2(&actions, source, target);
  }
  pid_t pid = 0;
  const int failed = ::posix_spawnp(&pid, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  errno = failed;
  return failed == 0 ? pid : -1;
}

/// As spawn, for what a person waits for. Errors: Error{connection}.
pid_t spawn_known(const std::vector<std::string>& words, std::array<int, 3> fds) {
  const pid_t pid = spawn(words, fds);
  if (pid > 0) return pid;
  throw Error(ErrorKind::connection,
              Diagnostic{.message = "`" + words.front() + "` cannot be run on this machine",
                         .reason = std::generic_category().message(errno),
                         .help = "install it (Debian: `apt install openssh-client`), or remove "
                                 "`ssh: forward_agent:` from deploy.yml"});
}

struct Pipe {
  Fd read_end;
  Fd write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return {Fd(ends[0]), Fd(ends[1])};
}

int decode(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/// Passes on what can be read; closes `fd` at its end.
void drain(Fd& fd, const OutputSink& to) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
  if (count > 0) {
    to({buffer.data(), static_cast<std::size_t>(count)});
  } else if (count == 0 || errno != EINTR) {
    fd.reset();
  }
}

OutputSink append_to(std::string& text) {
  return [&text](std::string_view bytes) { text += bytes; };
}

/// Collects both outputs until they end or the time is over.
void collect(Fd& output, Fd& errors, ToolResult& result) {
  const Deadline deadline = Clock::now() + tool_limit;
  while (output.valid() || errors.valid()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    std::array<pollfd, 2> fds{pollfd{output.get(), POLLIN, 0}, pollfd{errors.get(), POLLIN, 0}};
    if (left <= 0 || ::poll(fds.data(), fds.size(), static_cast<int>(left)) == 0) return;
    if (fds[0].revents != 0) drain(output, append_to(result.output));
    if (fds[1].revents != 0) drain(errors, append_to(result.error_output));
  }
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count < 0) return std::nullopt;
    if (count == 0 || text.size() > file_limit) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::string home_directory() {
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') return home;
  const passwd* entry = ::getpwuid(::getuid());
  return entry == nullptr ? "/" : entry->pw_dir;
}

std::string expand_home(const std::string& path) {
  if (path == "none") return "";
  std::string result;
  std::size_t from = 0;
  if (path.starts_with("~/")) {
    result = home_directory();
    from = 1;
  }
  for (std::size_t i = from; i < path.size(); ++i) {
    const char next = i + 1 < path.size() ? path[i + 1] : '\0';
    if (path[i] == '%' && (next == 'd' || next == '%')) {
      result += next == 'd' ? home_directory() : "%";
      ++i;
    } else {
      result += path[i];
    }
  }
  return result;
}

ToolResult run_tool(const std::vector<std::string>& words, const std::string& input) {
  ToolResult result;
  Pipe in = make_pipe();
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  const pid_t pid = spawn(words, {in.read_end.get(), out.write_end.get(), err.write_end.get()});
  in.read_end.reset();
  out.write_end.reset();
  err.write_end.reset();
  if (pid < 0) {
    result.status = 127;
    return result;
  }
  Child child(pid);
  // Small enough for a pipe's buffer, so this cannot block on a child that writes first.
  if (::write(in.write_end.get(), input.data(), input.size()) < 0) result.error_output = "EPIPE";
  in.write_end.reset();
  collect(out.read_end, err.read_end, result);
  for (int i = 0; i < 1000 && !out.read_end.valid(); ++i) {
    if (const auto status = child.status()) {
      result.status = *status;
      return result;
    }
    ::usleep(1000);
  }
  return result;
}

int stream_tool(const std::vector<std::string>& words, const OutputSink& out, const OutputSink& err,
                Interrupts& interrupts) {
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  const Fd nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  Child child(spawn_known(words, {nothing.get(), output.write_end.get(), errors.write_end.get()}));
  output.write_end.reset();
  errors.write_end.reset();
  while (output.read_end.valid() || errors.read_end.valid()) {
    std::array<pollfd, 3> fds{pollfd{output.read_end.get(), POLLIN, 0},
                              pollfd{errors.read_end.get(), POLLIN, 0},
                              pollfd{interrupts.wake_fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), poll_milliseconds);
    interrupts.idle();
    if (interrupts.count() > 0) return 130;
    if (fds[0].revents != 0) drain(output.read_end, out);
    if (fds[1].revents != 0) drain(errors.read_end, err);
  }
  return child.wait();
}

int run_in_front(const std::vector<std::string>& words) {
  return Child(spawn_known(words, {-1, -1, -1})).wait();
}

Child::~Child() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 200; ++i) {
    if (::waitpid(pid_, nullptr, WNOHANG) != 0) return;
    ::usleep(1000);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<int> Child::status() {
  int status = 0;
  if (pid_ <= 0 || ::waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
  pid_ = 0;
  return decode(status);
}

int Child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return decode(status);
}

SocketChild start_on_socket(const std::string& command) {
  std::array<int, 2> pair{-1, -1};
  (void)::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data());
  Fd ours(pair[0]);
  const Fd theirs(pair[1]);
  // A Ctrl-C is ours to answer; it must not cut the connection that carries the answer.
  const pid_t pid =
      spawn({"/bin/sh", "-c", "trap '' INT; exec " + command}, {theirs.get(), theirs.get(), -1});
  return {Child(pid < 0 ? 0 : pid), std::move(ours)};
}

}  // namespace liteship::ssh
