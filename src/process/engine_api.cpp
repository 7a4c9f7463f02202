#include "process/engine_api.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "process/docker.h"
#include "process/failure.h"
#include "process/fd.h"
#include "support/json.h"

namespace liteship {
namespace {

constexpr std::string_view unix_scheme = "unix://";
// The answer about an image with a long history is 100 kB.
constexpr std::size_t answer_limit = 16UL * 1024 * 1024;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// Does the client's configuration choose another context than the default one?
bool chooses_context() {
  if (!variable("DOCKER_CONTEXT").empty()) return true;
  const std::string named = variable("DOCKER_CONFIG");
  const auto folder = named.empty() ? std::filesystem::path(variable("HOME")) / ".docker"
                                    : std::filesystem::path(named);
  const auto json = read_json(read_file(folder / "config.json").value_or("{}"));
  return !json.is_object() || !text_at(json, "currentContext").empty();
}

std::string& engine_of_ours() {
  static std::string host;
  return host;
}

/// "" when only the client program knows.
std::string known_endpoint() {
  if (!chosen_engine().empty()) return chosen_engine();
  const std::string host = variable("DOCKER_HOST");
  if (!host.empty()) return host;
  return chooses_context() ? "" : "unix:///var/run/docker.sock";
}

Fd connect_to(const std::string& path) {
  sockaddr_un address{};
  if (path.empty() || path.size() >= sizeof address.sun_path) return {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what connect(2) takes
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  if (!fd || ::connect(fd.number(), generic, sizeof address) != 0) return {};
  return fd;
}

bool send_all(const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::send(fd.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

/// Up to the end of the connection; nothing when it breaks or goes on for too long.
std::optional<std::string> read_all(const Fd& fd, Interrupts& interrupts) {
  std::string text;
  std::array<char, 65536> buffer{};
  while (text.size() <= answer_limit) {
    pollfd ready{fd.number(), POLLIN, 0};
    ::poll(&ready, 1, 100);  // ms: how soon an interrupt is seen
    check_interrupts(interrupts);
    if (ready.revents == 0) continue;
    const ssize_t n = ::recv(fd.number(), buffer.data(), buffer.size(), 0);
    if (n < 0) return std::nullopt;
    if (n == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return std::nullopt;
}

std::optional<EngineAnswer> parse_answer(const std::string& text) {
  const std::size_t head = text.find("\r\n\r\n");
  if (head == std::string::npos || !text.starts_with("HTTP/1.") || text.size() < 12) {
    return std::nullopt;
  }
  const auto status = parse_integer(text.substr(9, 3));
  if (!status) return std::nullopt;
  return EngineAnswer{static_cast<int>(*status), text.substr(head + 4)};
}

}  // namespace

void use_engine(const std::string& host) { engine_of_ours() = host; }

const std::string& chosen_engine() { return engine_of_ours(); }

bool engine_has_socket() { return known_endpoint().starts_with(unix_scheme); }

std::string engine_endpoint(Interrupts& interrupts) {
  if (std::string known = known_endpoint(); !known.empty()) return known;
  // Asked once, and only when the client was told something: that takes it as long as any command.
  static std::optional<std::string> chosen;
  if (!chosen) {
    const RunResult context = run_docker(
        {"context", "inspect", "--format", "{{.Endpoints.docker.Host}}"}, {}, interrupts);
    chosen = context.status == 0 ? std::string(trim(context.output)) : "";
  }
  return *chosen;
}

std::optional<EngineAnswer> ask_engine(const std::string& method, const std::string& target,
                                       Interrupts& interrupts) {
  const std::string endpoint = engine_endpoint(interrupts);
  if (!endpoint.starts_with(unix_scheme)) return std::nullopt;
  const Fd fd = connect_to(endpoint.substr(unix_scheme.size()));
  // HTTP/1.0: the answer ends with the connection, and does not come in chunks.
  const std::string request =
      fmt::format("{} {} HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n", method, target);
  if (!fd || !send_all(fd, request)) return std::nullopt;
  const auto text = read_all(fd, interrupts);
  return text ? parse_answer(*text) : std::nullopt;
}

std::string in_target(const std::string& name) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/:";
  std::string result;
  for (const char c : name) {
    const bool keep = plain.find(c) != std::string_view::npos;
    result += keep ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace liteship
