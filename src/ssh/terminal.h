#pragma once
// This process's terminal, lent to a remote program.

#include <signal.h>
#include <termios.h>

#include <optional>
#include <string>

#include "ssh/handles.h"

namespace liteship::ssh {

struct WindowSize {
  int columns = 80;
  int rows = 24;
};

/// The size of the terminal at `fd`; 80 × 24 when it is none.
[[nodiscard]] WindowSize window_size(int fd);

/// The modes of a PTY request (RFC 4254 §8) that make the remote terminal behave as `modes`.
[[nodiscard]] std::string encode_modes(const termios& modes);

/// Raw mode on stdin and a descriptor that tells of SIGWINCH, for as long as it lives.
class RawTerminal {
 public:
  RawTerminal();
  ~RawTerminal();
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

  /// False: stdin is no terminal, and nothing was changed.
  [[nodiscard]] bool is_terminal() const { return saved_.has_value(); }
  [[nodiscard]] std::string modes() const { return saved_ ? encode_modes(*saved_) : ""; }
  /// Readable when the window has changed; take_resize() reads it empty.
  [[nodiscard]] int resize_fd() const { return resized_.get(); }
  void take_resize() const;

 private:
  std::optional<termios> saved_;
  sigset_t old_mask_{};
  Fd resized_;
};

}  // namespace liteship::ssh
