#include "ssh/lookup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "ssh/failure.h"
#include "ssh/files.h"

namespace liteship::ssh {
namespace {

struct Answer {
  int code = 0;  // getaddrinfo's
  std::vector<Address> addresses;
};

Answer ask(const std::string& host, Port port, int flags, Resolver resolve) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags;
  addrinfo* found = nullptr;
  Answer answer;
  answer.code = resolve(host.c_str(), std::to_string(port.number).c_str(), &hints, &found);
  if (answer.code != 0) return answer;
  for (const addrinfo* a = found; a != nullptr; a = a->ai_next) {
    Address address;
    std::memcpy(&address.storage, a->ai_addr, a->ai_addrlen);
    address.size = a->ai_addrlen;
    answer.addresses.push_back(address);
  }
  ::freeaddrinfo(found);
  return answer;
}

// One write each: an address fits into a pipe's buffer many times.
void tell(int fd, const Answer& answer) {
  if (::write(fd, &answer.code, sizeof answer.code) < 0) return;
  for (const Address& address : answer.addresses) {
    if (::write(fd, &address, sizeof address) < 0) return;
  }
}

struct Asked {
  Child child;
  Fd answer;
};

Asked ask_in_child(const std::string& host, Port port, Resolver resolve) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  Fd ours(ends[0]);
  const Fd theirs(ends[1]);
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) {
    ::signal(SIGTERM, SIG_DFL);  // our handlers would only count it
    tell(theirs.get(), ask(host, port, 0, resolve));
    ::_exit(0);
  }
  return {Child(pid), std::move(ours)};
}

[[noreturn]] void fail(const std::string& host, const std::string& why) {
  throw_connection(fmt::format("cannot find the server `{}`", host), why,
                   "check `servers:` in deploy.yml and this machine's DNS");
}

// All that the child says until it ends.
std::string listen(const Asked& asked, const std::string& host, int seconds,
                   Interrupts& interrupts) {
  const Deadline deadline = Clock::now() + std::chrono::seconds(seconds);
  std::string said;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) fail(host, fmt::format("no answer within {} s", seconds));
    std::array<pollfd, 2> fds{pollfd{asked.answer.get(), POLLIN, 0},
                              pollfd{interrupts.wake_fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(left));
    if (interrupts.count() > 0) throw_interrupted();
    if (fds[0].revents == 0) continue;
    std::array<char, 4096> buffer{};
    const ssize_t count = ::read(asked.answer.get(), buffer.data(), buffer.size());
    if (count == 0) return said;
    if (count > 0) said.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Answer parse(const std::string& said) {
  Answer answer;
  answer.code = EAI_FAIL;  // a child that died said nothing
  if (said.size() < sizeof answer.code) return answer;
  std::memcpy(&answer.code, said.data(), sizeof answer.code);
  for (std::size_t at = sizeof answer.code; at + sizeof(Address) <= said.size();
       at += sizeof(Address)) {
    Address address;
    std::memcpy(&address, said.data() + at, sizeof address);
    answer.addresses.push_back(address);
  }
  return answer;
}

}  // namespace

std::vector<Address> look_up(const std::string& host, Port port, int seconds,
                             Interrupts& interrupts, Resolver resolve) {
  // An address is its own answer.
  Answer answer = ask(host, port, AI_NUMERICHOST, &::getaddrinfo);
  if (answer.code == 0) return answer.addresses;
  answer = parse(listen(ask_in_child(host, port, resolve), host, seconds, interrupts));
  if (answer.code != 0) fail(host, ::gai_strerror(answer.code));
  if (answer.addresses.empty()) fail(host, "it has no address");
  return answer.addresses;
}

}  // namespace liteship::ssh
