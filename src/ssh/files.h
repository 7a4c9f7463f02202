#pragma once
// Reading small files and starting `ssh -G`: the module's own operating-system edge.

#include <optional>
#include <string>
#include <vector>

#include "liteship/remote.h"
#include "ssh/handles.h"

namespace liteship::ssh {

/// The file's bytes (at most 16 MiB); nothing when it cannot be read, with errno set.
[[nodiscard]] std::optional<std::string> read_file(const std::string& path);

/// `path` with a leading `~/`, `%d` and `%%` replaced; "" for none.
[[nodiscard]] std::string expand_home(const std::string& path);

/// This person's home directory: $HOME, else as the password file says.
[[nodiscard]] std::string home_directory();

struct ToolResult {
  int status = -1;  // 127: no such program; 128 + n for a signal
  std::string output;
  std::string error_output;
};

/// Runs a program with `input` as its stdin and collects its outputs; waits at most 10 s.
[[nodiscard]] ToolResult run_tool(const std::vector<std::string>& words, const std::string& input);

/// Runs a program without stdin; its outputs go to `out` and `err` as they come, without a limit of
/// time. An interrupt ends it. Result: its status, 130 after an interrupt. Errors:
/// Error{connection} when there is no such program.
[[nodiscard]] int stream_tool(const std::vector<std::string>& words, const OutputSink& out,
                              const OutputSink& err, Interrupts& interrupts);

/// Runs a program on this process's own stdin, stdout and stderr. Result and errors: as above.
[[nodiscard]] int run_in_front(const std::vector<std::string>& words);

/// A running ProxyCommand, killed and reaped at the end.
class Child {
 public:
  Child() = default;
  explicit Child(pid_t pid) : pid_(pid) {}
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Child& operator=(Child&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Child();
  /// The exit status when it has ended by itself.
  [[nodiscard]] std::optional<int> status();
  /// Waits for its end. Result: the exit status.
  [[nodiscard]] int wait();

 private:
  pid_t pid_ = 0;
};

struct SocketChild {
  Child child;
  Fd socket;
};

/// Starts `sh -c "exec command"` with a socket as its stdin and stdout; stderr stays ours.
[[nodiscard]] SocketChild start_on_socket(const std::string& command);

}  // namespace liteship::ssh
