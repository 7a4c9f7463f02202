#pragma once
// Owners of libssh2's handles and of file descriptors. The only file that includes <libssh2.h>'s
// close functions: everybody else holds one of these. Declare them in lifetime order.

// 1.11.1 marks callback_set as deprecated; its successor does not exist in 1.10.
#define LIBSSH2_DISABLE_DEPRECATION
#include <libssh2.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <utility>

namespace liteship::ssh {

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { reset(); }
  void reset() noexcept {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int get() const noexcept { return number_; }
  [[nodiscard]] bool valid() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

template <auto close_handle>
struct Closer {
  template <class Handle>
  void operator()(Handle* handle) const noexcept {
    close_handle(handle);
  }
};

using SessionHandle = std::unique_ptr<LIBSSH2_SESSION, Closer<&libssh2_session_free>>;
/// Freeing sends CLOSE without waiting; the session frees what the server has not yet confirmed.
using ChannelHandle = std::unique_ptr<LIBSSH2_CHANNEL, Closer<&libssh2_channel_free>>;

/// libssh2_init counts its users, so every session holds one guard.
class Library {
 public:
  Library() { libssh2_init(0); }
  ~Library() { libssh2_exit(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// True when the library that runs (not the header) is at least 1.11: RSA with SHA-2,
  /// certificates and security keys, RSA host keys.
  [[nodiscard]] static bool is_modern() { return libssh2_version(0x010b00) != nullptr; }
};

}  // namespace liteship::ssh
