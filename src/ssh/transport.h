#pragma once
// Where a session's encrypted bytes go: a socket, or a channel of an outer session (jump host).
//
// libssh2 calls send() and receive() from its callbacks. send() takes everything into a buffer in
// user space, so that the library never sees a partial write: after one, libssh2 1.10 fails with
// BAD_USE when another channel writes first. The price is that producers must look at queued() and
// stop at write_limit.
//
// receive() never reports the end of the connection either: libssh2 would then drop packets that it
// has already decrypted. The end is kept in lost(), and the waiting loops look at it once nothing
// more can be read.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "ssh/files.h"
#include "ssh/handles.h"

namespace liteship::ssh {

/// One turn (Transport::begin_turn) reads no more than this: libssh2 goes on as long as packets
/// come, and a server that never stops would keep it from ever coming back.
inline constexpr std::size_t turn_limit = 4 * 1024 * 1024;

/// The same for calls: libssh2 reads a greeting byte by byte.
inline constexpr std::size_t turn_calls = 4096;

/// Before the login a server says a few kB; beyond this it is not a server that we want.
inline constexpr std::uint64_t greeting_limit = 256 * 1024;

/// Producers stop writing to channels while this many bytes wait for the network.
inline constexpr std::size_t write_limit = 1024 * 1024;

class Session;

class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  /// Queues all of `bytes`.
  void send(std::string_view bytes) {
    queue_ += bytes;
    taken_ += bytes.size();
  }
  /// All bytes that send() ever took.
  [[nodiscard]] std::uint64_t taken() const { return taken_; }
  /// From here on as much may be read as one turn allows.
  virtual void begin_turn() { turn_ = calls_ = 0; }
  /// The login is done: the whole of what the server says is no longer limited.
  void lift_limit() { limited_ = false; }
  /// Bytes read, or -errno (-EAGAIN also at the end of the connection, or of a turn).
  [[nodiscard]] ssize_t receive(std::span<char> buffer);
  /// Moves queued bytes on as far as possible without waiting.
  virtual void flush() = 0;
  /// Bytes waiting in this transport and the ones it runs over.
  [[nodiscard]] virtual std::size_t queued() const { return pending(); }
  /// The descriptor to poll, for POLLOUT too when wants_write().
  [[nodiscard]] virtual int poll_fd() const = 0;
  [[nodiscard]] virtual bool wants_write() const = 0;
  /// A valid socket for libssh2_session_handshake.
  [[nodiscard]] virtual int socket() const = 0;
  /// Grows whenever bytes arrive on the real connection.
  [[nodiscard]] virtual std::uint64_t arrived() const = 0;

  /// Why the connection is over; "" while it is not.
  [[nodiscard]] const std::string& lost() const { return lost_; }
  void set_lost(std::string reason);
  /// From now on every call fails at once, so that libssh2 can free its memory.
  void shut() { shut_ = true; }
  [[nodiscard]] bool is_shut() const { return shut_; }
  /// The first bytes that came: the banner and the server's key exchange offer, in the clear.
  [[nodiscard]] const std::string& greeting() const { return greeting_; }

 protected:
  /// As receive(), but 0 at the end of the connection.
  [[nodiscard]] virtual ssize_t receive_some(std::span<char> buffer) = 0;
  /// A better reason than the socket's own, where there is one.
  [[nodiscard]] virtual std::string explain(std::string reason) { return reason; }
  [[nodiscard]] std::string_view unsent() const;
  [[nodiscard]] std::size_t pending() const { return queue_.size() - sent_; }
  void mark_sent(std::size_t count);

 private:
  std::string queue_;
  std::size_t sent_ = 0;
  std::uint64_t taken_ = 0;
  std::string greeting_;
  std::string lost_;
  std::uint64_t received_ = 0;
  std::size_t turn_ = 0;
  std::size_t calls_ = 0;
  bool limited_ = true;
  bool shut_ = false;
};

/// Over a connected stream socket: TCP, or the socket pair of a ProxyCommand.
class SocketTransport : public Transport {
 public:
  /// Makes the socket non-blocking, and TCP unbuffered (TCP_NODELAY).
  explicit SocketTransport(Fd fd);
  void flush() override;
  [[nodiscard]] int poll_fd() const override { return fd_.get(); }
  [[nodiscard]] bool wants_write() const override { return pending() > 0; }
  [[nodiscard]] int socket() const override { return fd_.get(); }
  [[nodiscard]] std::uint64_t arrived() const override { return arrived_; }

 protected:
  ssize_t receive_some(std::span<char> buffer) override;

 private:
  Fd fd_;
  std::uint64_t arrived_ = 0;
};

/// Over a ProxyCommand's standard input and output.
class CommandTransport : public SocketTransport {
 public:
  explicit CommandTransport(SocketChild started)
      : SocketTransport(std::move(started.socket)), child_(std::move(started.child)) {}

 protected:
  std::string explain(std::string reason) override;

 private:
  Child child_;
};

/// Over a direct-tcpip channel of an outer session, which it owns.
class ChannelTransport : public Transport {
 public:
  ChannelTransport(std::unique_ptr<Session> outer, ChannelHandle channel);
  ~ChannelTransport() override;
  void begin_turn() override;
  void flush() override;
  [[nodiscard]] std::size_t queued() const override;
  [[nodiscard]] int poll_fd() const override;
  [[nodiscard]] bool wants_write() const override;
  [[nodiscard]] int socket() const override { return dummy_.get(); }
  [[nodiscard]] std::uint64_t arrived() const override;

 protected:
  ssize_t receive_some(std::span<char> buffer) override;

 private:
  std::unique_ptr<Session> outer_;
  ChannelHandle channel_;
  Fd dummy_;  // libssh2 insists on a real socket; it never carries a byte
  Fd dummy_peer_;
};

}  // namespace liteship::ssh
