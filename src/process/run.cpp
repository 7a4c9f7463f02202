#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <span>

#include "process/child.h"
#include "process/failure.h"

namespace liteship {
namespace {

constexpr std::size_t block_size = 64 * 1024;
// How often to look whether the program has ended although somebody still holds its streams.
constexpr int poll_milliseconds = 100;
// Kept of the error output of a program whose output is streamed.
constexpr std::size_t error_limit = 64 * 1024;

void set_nonblocking(const Fd& fd) {
  ::fcntl(fd.number(), F_SETFL, ::fcntl(fd.number(), F_GETFL) | O_NONBLOCK);
}

/// Feeds a program's stdin from a text or a stream.
class Feeder {
 public:
  Feeder(Fd& pipe, const RunOptions& options) : pipe_(pipe), options_(options) {
    if (pipe_) set_nonblocking(pipe_);
    block_ = options.input;
  }

  void feed() {
    if (at_ == block_.size() && !refill()) return pipe_.close();
    const auto count = write_pipe(pipe_, std::string_view(block_).substr(at_));
    if (!count) return pipe_.close();  // the program does not want more; its status tells why
    at_ += *count;
    if (at_ == block_.size() && options_.input_stream == nullptr) pipe_.close();
  }

 private:
  bool refill() {
    if (options_.input_stream == nullptr) return false;
    block_.resize(block_size);
    block_.resize(options_.input_stream->read(block_));
    at_ = 0;
    return !block_.empty();
  }

  Fd& pipe_;
  const RunOptions& options_;
  std::string block_;
  std::size_t at_ = 0;
};

/// Takes what is there; closes at the end.
void drain(Fd& fd, std::string& into, const std::function<void(std::string_view)>& on_output) {
  std::array<char, block_size> block{};
  const ssize_t count = ::read(fd.number(), block.data(), block.size());
  if (count > 0) {
    const std::string_view bytes(block.data(), static_cast<std::size_t>(count));
    into += bytes;
    if (on_output) on_output(bytes);
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    fd.close();
  }
}

pollfd watch(const Fd& fd, short events) { return {fd.number(), events, 0}; }

}  // namespace

RunResult run_process(const Command& command, const RunOptions& options, Interrupts& interrupts) {
  const bool has_input = !options.input.empty() || options.input_stream != nullptr;
  const ChildInput without = options.may_ask ? ChildInput::terminal : ChildInput::none;
  Child child(command, options, has_input ? ChildInput::pipe : without);
  return finish_process(child, command, options, interrupts);
}

RunResult finish_process(Child& child, const Command& command, const RunOptions& options,
                         Interrupts& interrupts) {
  RunResult result;
  if (!child.found()) {
    result.status = 127;
    result.error_output = "`" + command.words[0] + "` was not found";
    return result;
  }
  set_nonblocking(child.output());
  set_nonblocking(child.errors());
  Feeder feeder(child.input(), options);
  while (child.output() || child.errors()) {
    // A background grandchild may hold the streams open for ever: only what is there now counts.
    const bool was_over = child.ended().has_value();
    std::array<pollfd, 4> polls = {watch(child.output(), POLLIN), watch(child.errors(), POLLIN),
                                   watch(child.input(), POLLOUT),
                                   pollfd{interrupts.wake_fd(), POLLIN, 0}};
    const int ready = ::poll(polls.data(), polls.size(), was_over ? 0 : poll_milliseconds);
    interrupts.idle();
    if (polls[3].revents != 0) {
      child.stop();
      check_interrupts(interrupts);
    }
    if (options.is_enough && options.is_enough()) {
      child.stop();
      break;
    }
    if (polls[0].revents != 0) drain(child.output(), result.output, options.on_output);
    if (polls[1].revents != 0) drain(child.errors(), result.error_output, options.on_output);
    if (polls[2].revents != 0 && child.input()) feeder.feed();
    if (was_over && ready == 0) break;
  }
  child.input().close();
  result.status = child.wait();
  return result;
}

namespace {

class ProcessSource : public ByteSource {
 public:
  ProcessSource(const Command& command, const RunOptions& options)
      : command_(command), on_idle_(options.on_idle), child_(command, options, ChildInput::none) {
    if (!child_.found()) {
      RunResult missing;
      missing.status = 127;
      throw program_failure(command_, missing);
    }
    set_nonblocking(child_.output());
    set_nonblocking(child_.errors());
  }

  std::size_t read(std::span<char> buffer) override {
    while (child_.output()) {
      std::array<pollfd, 2> polls = {watch(child_.output(), POLLIN),
                                     watch(child_.errors(), POLLIN)};
      const int ready = ::poll(polls.data(), polls.size(), 1000);
      if (ready < 0 && errno != EINTR) break;
      if (ready == 0 && on_idle_) on_idle_();
      if (polls[1].revents != 0) keep_errors();
      if (polls[0].revents == 0) continue;
      const ssize_t count = ::read(child_.output().number(), buffer.data(), buffer.size());
      if (count > 0) return static_cast<std::size_t>(count);
      if (count == 0 || (errno != EAGAIN && errno != EINTR)) child_.output().close();
    }
    check_status();
    return 0;
  }

 private:
  void keep_errors() {
    drain(child_.errors(), errors_, nullptr);
    if (errors_.size() > error_limit) errors_.erase(0, errors_.size() - error_limit / 2);
  }

  void check_status() {
    RunResult result;
    result.status = child_.wait();
    if (result.status == 0) return;
    while (child_.errors()) {  // what is left in the pipe; EAGAIN: somebody else holds it open
      const std::size_t before = errors_.size();
      keep_errors();
      if (errors_.size() == before) break;
    }
    result.error_output = errors_;
    throw program_failure(command_, result);
  }

  Command command_;
  std::function<void()> on_idle_;
  Child child_;
  std::string errors_;
};

}  // namespace

std::unique_ptr<ByteSource> open_process(const Command& command, const RunOptions& options) {
  return std::make_unique<ProcessSource>(command, options);
}

}  // namespace liteship
