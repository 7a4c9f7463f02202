// TCP with a deadline: the kernel's own gives up after two minutes.

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ssh/dial.h"
#include "ssh/failure.h"
#include "ssh/lookup.h"

namespace liteship::ssh {
namespace {

/// 0, or the errno of the failure; ETIMEDOUT at the deadline.
int finish_connect(int fd, Deadline deadline, Interrupts& interrupts) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return ETIMEDOUT;
    std::array<pollfd, 2> fds{pollfd{fd, POLLOUT, 0}, pollfd{interrupts.wake_fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(left));
    if (interrupts.count() > 0) throw_interrupted();
    if (fds[0].revents == 0) continue;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
  }
}

[[noreturn]] void fail(const std::string& host, Port port, int error, int seconds) {
  const std::string where = fmt::format("{}:{}", host, port.number);
  if (error == ECONNREFUSED) {
    throw_connection(fmt::format("`{}` refused the connection", where),
                     "nothing listens on that port",
                     "start sshd there, or set the right `ssh: port:`");
  }
  if (error == ETIMEDOUT) {
    throw_connection(fmt::format("`{}` did not answer within {} s", where, seconds), "",
                     "check the address, that the server is up, and its firewall");
  }
  throw_connection(fmt::format("cannot reach `{}`", where), std::strerror(error),
                   "check the address and this machine's network");
}

}  // namespace

Fd connect_tcp(const std::string& host, Port port, int seconds, Interrupts& interrupts) {
  const std::vector<Address> addresses = look_up(host, port, seconds, interrupts);
  const Deadline deadline = Clock::now() + std::chrono::seconds(seconds);
  auto left = static_cast<int>(addresses.size());
  int error = 0;
  for (const Address& address : addresses) {
    Fd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    // An address that swallows packets must leave time for the next one.
    const Deadline share = Clock::now() + (deadline - Clock::now()) / left--;
    error = ::connect(fd.get(), address.get(), address.size) == 0 ? 0 : errno;
    if (error == EINPROGRESS) error = finish_connect(fd.get(), share, interrupts);
    if (error == 0) return fd;
  }
  fail(host, port, error, seconds);
}

}  // namespace liteship::ssh
