#pragma once
// IPv4 addresses and sockets for the tools of the benchmark, which need nothing else.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace bench {

struct Address {
  std::string host = "127.0.0.1";
  int port = 0;
};

/// "127.0.0.1:22"; a number alone is a port of this machine.
inline Address parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return {"127.0.0.1", std::atoi(text.c_str())};
  return {text.substr(0, colon), std::atoi(text.c_str() + colon + 1)};
}

inline sockaddr_in socket_address(const Address& address) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(static_cast<std::uint16_t>(address.port));
  ::inet_pton(AF_INET, address.host.c_str(), &in.sin_addr);
  return in;
}

/// A connected socket, or -1.
inline int connect_to(const Address& address) {
  const sockaddr_in in = socket_address(address);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&in), sizeof in) == 0) return fd;
  ::close(fd);
  return -1;
}

/// A socket that listens on every address of this machine, or -1.
inline int listen_on(int port) {
  const sockaddr_in in = socket_address({"0.0.0.0", port});
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&in), sizeof in) == 0 &&
      ::listen(fd, 512) == 0) {
    return fd;
  }
  ::close(fd);
  return -1;
}

}  // namespace bench
