// The engine's socket, answered by a thread; tests/docker asks the real one.

#include "process/engine_api.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "process/docker.h"
#include "process/fd.h"

using namespace liteship;

namespace {

/// Answers one request with this text, and is what DOCKER_HOST names.
class Engine {
 public:
  explicit Engine(std::string answer) : answer_(std::move(answer)) {
    std::string pattern = (std::filesystem::temp_directory_path() / "liteship-api-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder_ / "socket";
    std::memcpy(address.sun_path, path.data(), path.size());
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::bind(listener_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_.number(), 1) == 0);
    setenv("DOCKER_HOST", ("unix://" + path).c_str(), 1);
    thread_ = std::thread([this] { serve(); });
  }
  ~Engine() {
    ::shutdown(listener_.number(), SHUT_RDWR);
    thread_.join();
    unsetenv("DOCKER_HOST");
    std::filesystem::remove_all(folder_);
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  /// What was asked; once it was answered.
  [[nodiscard]] const std::string& request() const { return request_; }

 private:
  void serve() {
    const Fd connection(::accept(listener_.number(), nullptr, nullptr));
    if (!connection) return;
    std::array<char, 4096> buffer{};
    const ssize_t n = ::recv(connection.number(), buffer.data(), buffer.size(), 0);
    if (n > 0) request_.assign(buffer.data(), static_cast<std::size_t>(n));
    (void)::send(connection.number(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
  }

  std::string answer_;
  std::string request_;
  std::filesystem::path folder_;
  Fd listener_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("the engine is asked over its socket", "[process]") {
  Interrupts never;
  const Engine engine(
      "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"Name\":\"laptop\"}");
  REQUIRE(engine_has_socket());
  const auto answer = ask_engine("GET", "/images/" + in_target("a/b:c d") + "/json", never);
  REQUIRE(answer);
  CHECK(answer->status == 200);
  CHECK(answer->body == "{\"Name\":\"laptop\"}");
  CHECK(engine.request().starts_with("GET /images/a/b:c%20d/json HTTP/1.0\r\nHost: docker\r\n"));
}

TEST_CASE("an engine that says no is believed, one that talks nonsense is not", "[process]") {
  Interrupts never;
  SECTION("no such image") {
    const Engine engine("HTTP/1.1 404 Not Found\r\n\r\n{\"message\":\"No such image\"}");
    CHECK(ask_engine("GET", "/images/x/json", never)->status == 404);
  }
  for (const std::string text :
       {"", "SSH-2.0-x\r\n\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.0 abc\r\n\r\n"}) {
    INFO(text);
    const Engine engine(text);
    CHECK_FALSE(ask_engine("GET", "/info", never));
  }
}

TEST_CASE("an engine that is not behind a socket of ours is left to its client", "[process]") {
  Interrupts never;
  for (const char* host : {"ssh://server", "tcp://127.0.0.1:2375", "unix:///nowhere", "unix://"}) {
    INFO(host);
    setenv("DOCKER_HOST", host, 1);
    CHECK_FALSE(ask_engine("GET", "/info", never));
  }
  unsetenv("DOCKER_HOST");
}

TEST_CASE("an engine that was chosen goes before the client's own", "[process]") {
  Interrupts never;
  const Engine engine("HTTP/1.0 200 OK\r\n\r\n{}");
  CHECK(for_engine().environment.empty());
  use_engine("ssh://ada@builder");
  CHECK_FALSE(engine_has_socket());
  CHECK_FALSE(ask_engine("GET", "/info", never));
  CHECK(for_engine().environment.at("DOCKER_HOST") == "ssh://ada@builder");
  use_engine("");
  CHECK(ask_engine("GET", "/info", never));
}
