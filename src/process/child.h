#pragma once
// One running program. child.cpp is the only file that includes Boost.Process.

#include <chrono>
#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "liteship/process.h"
#include "process/fd.h"

namespace liteship {

enum class ChildInput { none, pipe, terminal };  // none: /dev/null

class Child {
 public:
  /// Starts the program with our environment and `options.environment` in `options.directory`.
  /// found() is false when it does not exist; then there is nothing to wait for.
  Child(const Command& command, const RunOptions& options, ChildInput input);
  /// Ends the program when it still runs: SIGTERM, after 5 s SIGKILL.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] bool found() const { return handle_ != nullptr; }
  [[nodiscard]] Fd& input() { return input_; }
  [[nodiscard]] Fd& output() { return output_; }
  [[nodiscard]] Fd& errors() { return errors_; }

  /// Its status when it has ended (128 + n for a signal), without waiting.
  [[nodiscard]] std::optional<int> ended();
  /// Waits for its end.
  [[nodiscard]] int wait();
  /// SIGTERM, and SIGKILL when it has not ended 5 s later; returns when it is gone.
  void stop();

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  std::optional<int> status_;
  Fd input_;
  Fd output_;
  Fd errors_;
};

/// Is there a program of this name in PATH?
[[nodiscard]] bool has_program(const std::string& name);

/// What run_process() does once the program has been started.
[[nodiscard]] RunResult finish_process(Child& child, const Command& command,
                                       const RunOptions& options, Interrupts& interrupts);

/// A program that runs while something else is done. It is started by the constructor's caller;
/// another thread only moves its bytes. One that is not waited for is stopped.
class BackgroundProcess {
 public:
  BackgroundProcess(Command command, RunOptions options, ChildInput input)
      : command_(std::move(command)),
        options_(std::move(options)),
        child_(command_, options_, input),
        result_(std::async(std::launch::async,
                           [this] { return finish_process(child_, command_, options_, stop_); })) {}
  ~BackgroundProcess() {
    if (result_.valid()) stop_.raise();  // and the future waits
  }
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;

  /// Has it ended, at the latest in `time`?
  [[nodiscard]] bool ends_within(std::chrono::milliseconds time) const {
    return result_.wait_for(time) == std::future_status::ready;
  }
  /// Waits for its end; once.
  [[nodiscard]] RunResult result() { return result_.get(); }

 private:
  Command command_;
  RunOptions options_;
  Interrupts stop_;
  Child child_;
  std::future<RunResult> result_;  // last: it ends before what it uses
};

/// Writes what a pipe takes now without SIGPIPE; nothing when the other end is closed.
[[nodiscard]] std::optional<std::size_t> write_pipe(const Fd& pipe, std::string_view bytes);

}  // namespace liteship
