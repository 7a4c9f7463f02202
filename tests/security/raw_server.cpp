#include "security/raw_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch_test_macros.hpp>

#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

sockaddr_in loopback(Port port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port.number);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

/// Moves what is there; false at the end.
bool pass(int from, int to, std::string& moved) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(from, buffer.data(), buffer.size());
  if (count <= 0) return false;
  moved.assign(buffer.data(), static_cast<std::size_t>(count));
  return to < 0 || say(to, moved);
}

}  // namespace

RawServer::RawServer(Talk talk) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = loopback({});
  REQUIRE(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  ::listen(listener_.get(), 1);
  socklen_t size = sizeof address;
  ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  port = {ntohs(address.sin_port)};
  thread_ = std::thread([this, talk = std::move(talk)] {
    const Fd peer(::accept(listener_.get(), nullptr, nullptr));
    if (peer.valid()) talk(peer.get());
  });
}

RawServer::~RawServer() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  thread_.join();
}

bool say(int peer, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void listen_only(int peer) {
  std::string heard;
  while (pass(peer, -1, heard)) {
  }
}

std::string packet(std::string_view payload) {
  const std::size_t padding = 8 - (payload.size() + 5) % 8 + 8;
  std::string text;
  put_number(text, static_cast<std::uint32_t>(payload.size() + 1 + padding));
  text += static_cast<char>(padding);
  return text.append(payload).append(padding, '\0');
}

std::string key_exchange_offer() {
  std::string offer = "\x14" + std::string(16, 'c');
  for (const char* names :
       {"curve25519-sha256,ecdh-sha2-nistp256,diffie-hellman-group14-sha256",
        "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512", "aes256-ctr", "aes256-ctr", "hmac-sha2-256",
        "hmac-sha2-256", "none", "none", "", ""}) {
    put_string(offer, names);
  }
  return packet(offer + std::string(5, '\0'));
}

RawServer::Talk relay(Port port, std::size_t bytes, Then then) {
  return [=](int peer) {
    const Fd server(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address = loopback(port);
    if (::connect(server.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
    std::size_t left = bytes;
    std::string moved;
    while (true) {
      std::array<pollfd, 2> fds{pollfd{peer, POLLIN, 0}, pollfd{server.get(), POLLIN, 0}};
      if (::poll(fds.data(), fds.size(), -1) < 0) return;
      if (fds[0].revents != 0 && !pass(peer, server.get(), moved)) return;
      if (fds[1].revents == 0) continue;
      if (!pass(server.get(), -1, moved)) return;
      if (!say(peer, std::string_view(moved).substr(0, left))) return;
      left -= std::min(left, moved.size());
      if (left > 0) continue;
      if (then == Then::garbage) {
        (void)say(peer, std::string(100'000, '\x5a'));
      }
      return listen_only(peer);
    }
  };
}

}  // namespace liteship::ssh
