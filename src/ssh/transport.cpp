#include "ssh/transport.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ssh/session.h"

namespace liteship::ssh {
namespace {

constexpr std::size_t greeting_kept = 8192;  // banner and KEXINIT of every server we met: < 3 kB

}  // namespace

ssize_t Transport::receive(std::span<char> buffer) {
  if (shut_) return -ECONNRESET;
  if (!lost_.empty() || turn_ >= turn_limit || calls_ >= turn_calls) return -EAGAIN;
  ++calls_;
  const ssize_t count = receive_some(buffer);
  if (count > 0) {
    const auto size = static_cast<std::size_t>(count);
    if (greeting_.size() < greeting_kept) greeting_.append(buffer.data(), size);
    turn_ += size;
    received_ += size;
    if (limited_ && received_ > greeting_limit) {
      set_lost("the server sent more than 256 kB before the login was done");
    }
    return count;
  }
  if (count == 0) set_lost("the server closed the connection");
  return count == 0 ? -EAGAIN : count;
}

void Transport::set_lost(std::string reason) {
  if (lost_.empty()) lost_ = explain(std::move(reason));
}

std::string_view Transport::unsent() const { return std::string_view(queue_).substr(sent_); }

void Transport::mark_sent(std::size_t count) {
  sent_ += count;
  if (sent_ == queue_.size()) {
    queue_.clear();
    sent_ = 0;
  } else if (sent_ > write_limit) {  // moving the rest costs less than keeping what is gone
    queue_.erase(0, sent_);
    sent_ = 0;
  }
}

SocketTransport::SocketTransport(Fd fd) : fd_(std::move(fd)) {
  const int flags = ::fcntl(fd_.get(), F_GETFL);
  ::fcntl(fd_.get(), F_SETFL, flags | O_NONBLOCK);
  const int on = 1;  // fails on a socket pair, which does not need it
  ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void SocketTransport::flush() {
  while (pending() > 0 && lost().empty() && !is_shut()) {
    const std::string_view bytes = unsent();
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count > 0) {
      mark_sent(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      set_lost(fmt::format("sending failed: {}", std::strerror(errno)));
    }
  }
}

ssize_t SocketTransport::receive_some(std::span<char> buffer) {
  const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
  if (count > 0) {
    arrived_ += static_cast<std::uint64_t>(count);
    // The kernel forgets this after a while; without it the first channel waits 40 ms for our ACK.
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    return count;
  }
  if (count == 0) return 0;
  if (errno == EAGAIN || errno == EINTR) return -EAGAIN;
  set_lost(fmt::format("the connection broke: {}", std::strerror(errno)));
  return -EAGAIN;
}

std::string CommandTransport::explain(std::string reason) {
  for (int i = 0; i < 100; ++i) {  // its socket closes a moment before it can be reaped
    if (const auto status = child_.status()) {
      return fmt::format("the ProxyCommand ended with status {}", *status);
    }
    ::usleep(1000);
  }
  return reason;
}

ChannelTransport::ChannelTransport(std::unique_ptr<Session> outer, ChannelHandle channel)
    : outer_(std::move(outer)), channel_(std::move(channel)) {
  std::array<int, 2> pair{-1, -1};
  ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data());
  dummy_ = Fd(pair[0]);
  dummy_peer_ = Fd(pair[1]);
}

ChannelTransport::~ChannelTransport() = default;

void ChannelTransport::begin_turn() {
  Transport::begin_turn();
  outer_->transport().begin_turn();
}

void ChannelTransport::flush() {
  while (pending() > 0 && lost().empty() && !is_shut() &&
         outer_->transport().queued() < write_limit) {
    const std::string_view bytes = unsent();
    const ssize_t count = libssh2_channel_write(channel_.get(), bytes.data(), bytes.size());
    if (count > 0) {
      mark_sent(static_cast<std::size_t>(count));
      continue;
    }
    if (count < 0 && count != LIBSSH2_ERROR_EAGAIN) set_lost("the jump host ended the connection");
    break;
  }
  outer_->transport().flush();
  if (!outer_->transport().lost().empty()) {
    set_lost("connection to the jump host: " + outer_->transport().lost());
  }
}

ssize_t ChannelTransport::receive_some(std::span<char> buffer) {
  const ssize_t count = libssh2_channel_read(channel_.get(), buffer.data(), buffer.size());
  if (count > 0) return count;
  if (count == 0) return libssh2_channel_eof(channel_.get()) != 0 ? 0 : -EAGAIN;
  if (count != LIBSSH2_ERROR_EAGAIN) {
    set_lost("the jump host ended the connection");
  } else if (!outer_->transport().lost().empty()) {
    set_lost("connection to the jump host: " + outer_->transport().lost());
  }
  return -EAGAIN;
}

std::size_t ChannelTransport::queued() const { return pending() + outer_->transport().queued(); }
int ChannelTransport::poll_fd() const { return outer_->transport().poll_fd(); }
bool ChannelTransport::wants_write() const { return outer_->transport().wants_write(); }
std::uint64_t ChannelTransport::arrived() const { return outer_->transport().arrived(); }

}  // namespace liteship::ssh
