#include "process/child.h"

#include <fcntl.h>
#include <signal.h>

#include <cerrno>
#include <chrono>
#include <thread>

// Boost 1.88 moved the first version of the library into a folder of its own.
#if __has_include(<boost/process/v1/child.hpp>)
#include <boost/process/v1/child.hpp>
#include <boost/process/v1/env.hpp>
#include <boost/process/v1/environment.hpp>
#include <boost/process/v1/error.hpp>
#include <boost/process/v1/exe.hpp>
#include <boost/process/v1/posix.hpp>
#include <boost/process/v1/search_path.hpp>
#include <boost/process/v1/start_dir.hpp>
namespace bp = boost::process::v1;
#else
#include <boost/process/args.hpp>
#include <boost/process/child.hpp>
#include <boost/process/env.hpp>
#include <boost/process/environment.hpp>
#include <boost/process/error.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/posix.hpp>
#include <boost/process/search_path.hpp>
#include <boost/process/start_dir.hpp>
namespace bp = boost::process;
#endif

#include "process/failure.h"

namespace liteship {
namespace {

using namespace std::chrono_literals;

constexpr auto term_patience = 5s;

struct Pipe {
  Fd read;
  Fd write;
};

Pipe open_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_failure("cannot make a pipe");
  return {Fd(ends[0]), Fd(ends[1])};
}

boost::filesystem::path program_path(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  return bp::search_path(name);
}

bp::environment merged_environment(const std::map<std::string, std::string>& more) {
  bp::environment all = boost::this_process::environment();
  for (const auto& [name, value] : more) all[name] = value;
  return all;
}

Pipe open_input(ChildInput input) {
  if (input == ChildInput::pipe) return open_pipe();
  const char* file = input == ChildInput::terminal ? "/dev/tty" : "/dev/null";
  return {Fd(::open(file, O_RDONLY | O_CLOEXEC)), Fd()};
}

/// A program that asks on the terminal writes its questions there.
Pipe open_errors(ChildInput input) {
  if (input != ChildInput::terminal) return open_pipe();
  return {Fd(), Fd(::open("/dev/tty", O_WRONLY | O_CLOEXEC))};
}

int status_of(int native) {
  return WIFSIGNALED(native) ? 128 + WTERMSIG(native) : WEXITSTATUS(native);
}

}  // namespace

bool has_program(const std::string& name) { return !program_path(name).empty(); }

struct Child::Handle {
  bp::child process;
};

Child::Child(const Command& command, const RunOptions& options, ChildInput input) {
  const boost::filesystem::path program = program_path(command.words.at(0));
  if (program.empty()) return;
  const std::vector<std::string> words(command.words.begin() + 1, command.words.end());
  Pipe in = open_input(input);
  Pipe out = open_pipe();
  Pipe err = open_errors(input);
  const std::string directory =
      options.directory.empty() ? std::string(".") : options.directory.string();
  std::error_code code;
  bp::child process(bp::exe = program, bp::args = words, merged_environment(options.environment),
                    bp::start_dir = directory, bp::posix::fd.bind(0, in.read.number()),
                    bp::posix::fd.bind(1, out.write.number()),
                    bp::posix::fd.bind(2, err.write.number()), code);
  if (code == std::errc::no_such_file_or_directory) return;
  if (code) {
    throw failure(ErrorKind::usage, "cannot start `" + command.words[0] + "`", code.message());
  }
  handle_ = std::make_unique<Handle>(Handle{std::move(process)});
  input_ = std::move(in.write);
  output_ = std::move(out.read);
  errors_ = std::move(err.read);
}

Child::~Child() {
  if (handle_ && !status_) stop();
}

std::optional<int> Child::ended() {
  if (status_) return status_;
  std::error_code code;
  if (handle_->process.running(code) && !code) return std::nullopt;
  status_ = status_of(handle_->process.native_exit_code());
  return status_;
}

int Child::wait() {
  // The streams end just before the program does, so the first looks are close together.
  for (auto pause = 200us; !ended(); pause = std::min<std::chrono::microseconds>(2 * pause, 20ms)) {
    std::this_thread::sleep_for(pause);
  }
  return *status_;
}

void Child::stop() {
  input_.close();
  ::kill(handle_->process.id(), SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + term_patience;
  while (!ended()) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(handle_->process.id(), SIGKILL);
    std::this_thread::sleep_for(2ms);
  }
}

std::optional<std::size_t> write_pipe(const Fd& pipe, std::string_view bytes) {
  // SIGPIPE is kept from this thread for the moment of the write, and taken off when it came:
  // ignoring it for the whole process would be inherited by every program we start.
  sigset_t sigpipe;
  sigset_t before;
  sigemptyset(&sigpipe);
  sigaddset(&sigpipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &sigpipe, &before);
  const ssize_t count = ::write(pipe.number(), bytes.data(), bytes.size());
  const int error = errno;
  if (count < 0 && error == EPIPE) {
    const timespec at_once{};
    while (sigtimedwait(&sigpipe, nullptr, &at_once) == -1 && errno == EINTR) {
    }
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (error == EAGAIN || error == EINTR) return 0;
  return std::nullopt;
}

}  // namespace liteship
