#pragma once
// The person at the terminal: questions and Ctrl-C.

#include <optional>
#include <string>

#include "liteship/support.h"

namespace liteship {

/// Asks on /dev/tty, so that a pipe on stdin is no obstacle. Nothing: no terminal, or end of input.
[[nodiscard]] std::optional<std::string> ask_terminal(const std::string& question);

/// The same without echo.
[[nodiscard]] std::optional<Secret> ask_terminal_secret(const std::string& question);

/// Whether somebody is there to be asked.
[[nodiscard]] bool has_terminal();

/// All of stdin; nothing when it is a terminal, where nobody knows what to type.
[[nodiscard]] std::optional<std::string> read_stdin();

/// While it lives, SIGINT and SIGTERM count as interrupts; the fourth ends the process at once.
/// SIGPIPE is ignored for good: a reader that went away is an error of write().
class SignalGuard {
 public:
  explicit SignalGuard(Interrupts& interrupts);
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;
};

}  // namespace liteship
