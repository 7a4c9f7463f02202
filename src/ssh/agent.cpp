#include "ssh/agent.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

constexpr char request_identities = 11;
constexpr char identities_answer = 12;
constexpr char sign_request = 13;
constexpr char sign_response = 14;
constexpr std::uint32_t answer_limit = 256 * 1024;  // as OpenSSH's MAX_AGENT_REPLY_LEN

/// Waits for input; false at the deadline or an interrupt.
bool wait_readable(int fd, Deadline deadline, Interrupts& interrupts) {
  while (interrupts.count() == 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    std::array<pollfd, 2> fds{pollfd{fd, POLLIN, 0}, pollfd{interrupts.wake_fd(), POLLIN, 0}};
    ::poll(fds.data(), fds.size(), static_cast<int>(left));
    if (fds[0].revents != 0) return true;
  }
  return false;
}

}  // namespace

std::optional<Agent> Agent::connect(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.empty() || socket_path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return std::nullopt;
  }
  return Agent(std::move(fd));
}

std::optional<std::string> Agent::ask(std::string_view request, std::chrono::seconds limit,
                                      Interrupts& interrupts) {
  std::string message;
  put_string(message, request);
  if (::send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(message.size())) {
    return std::nullopt;
  }
  const Deadline deadline = Clock::now() + limit;
  std::string answer;
  std::array<char, 4096> buffer{};
  for (;;) {
    WireReader reader(answer);
    const auto size = reader.number();
    if (size && *size > answer_limit) return std::nullopt;
    if (size && reader.rest().size() >= *size) return std::string(reader.rest().substr(0, *size));
    if (!wait_readable(fd_.get(), deadline, interrupts)) return std::nullopt;
    const ssize_t count = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (count <= 0) return std::nullopt;
    answer.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

std::vector<AgentKey> Agent::identities(Interrupts& interrupts) {
  std::vector<AgentKey> keys;
  const auto answer = ask({&request_identities, 1}, std::chrono::seconds(10), interrupts);
  if (!answer || answer->empty() || answer->front() != identities_answer) return keys;
  WireReader reader(std::string_view(*answer).substr(1));
  const auto count = reader.number().value_or(0);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto blob = reader.string();
    const auto comment = reader.string();
    if (!blob || !comment) break;
    keys.push_back({std::string(*blob), std::string(*comment)});
  }
  return keys;
}

std::optional<std::string> Agent::sign(std::string_view blob, std::string_view data,
                                       std::string_view algorithm,
                                       Interrupts& interrupts) noexcept {
  std::string request(1, sign_request);
  put_string(request, blob);
  put_string(request, data);
  put_number(request, sign_flags(algorithm));
  const auto answer = ask(request, std::chrono::seconds(60), interrupts);
  if (!answer || answer->empty() || answer->front() != sign_response) return std::nullopt;
  const auto signature = WireReader(std::string_view(*answer).substr(1)).string();
  if (!signature) return std::nullopt;
  return bare_signature(*signature);
}

std::uint32_t sign_flags(std::string_view algorithm) {
  if (algorithm.starts_with("rsa-sha2-256")) return 2;
  if (algorithm.starts_with("rsa-sha2-512")) return 4;
  return 0;
}

std::optional<std::string> bare_signature(std::string_view answer) {
  WireReader reader(answer);
  const auto algorithm = reader.string();
  if (!algorithm) return std::nullopt;
  if (algorithm->starts_with("sk-")) return std::string(reader.rest());
  const auto signature = reader.string();
  if (!signature) return std::nullopt;
  return std::string(*signature);
}

}  // namespace liteship::ssh
