#include "process/registry.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <catch2/catch_test_macros.hpp>

#include "temporary.h"

using namespace liteship;
using namespace liteship::test;

namespace {

/// Sends raw requests on one connection, as docker's client does.
class Client {
 public:
  explicit Client(const EngineRegistry& registry) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const std::string reference = registry.reference();  // 127.0.0.1:PORT/NAME:TAG
    const std::size_t slash = reference.find('/');
    name_ = reference.substr(slash + 1, reference.rfind(':') - slash - 1);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(reference.substr(10))));
    REQUIRE(::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) ==
            0);
    const timeval patience{5, 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }

  /// The answer's head; the registry's answers have no body but `{}`.
  std::string ask(const std::string& method, const std::string& path,
                  const std::string& headers = "", const std::string& body = "") {
    const std::string text =
        method + " " + path + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
    REQUIRE(::send(socket_.number(), text.data(), text.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(text.size()));
    std::string head;
    char byte = 0;
    while (!head.ends_with("\r\n\r\n") && ::recv(socket_.number(), &byte, 1, 0) == 1) head += byte;
    return head;
  }

  [[nodiscard]] std::string path(const std::string& rest) const { return "/v2/" + name_ + rest; }

  std::string upload_location() {
    const std::string head = ask("POST", path("/blobs/uploads/"), "Content-Length: 0\r\n");
    const std::size_t at = head.find("Location: ") + 10;
    return head.substr(at, head.find('\r', at) - at);
  }

 private:
  Fd socket_;
  std::string name_;
};

std::string length(const std::string& body) {
  return fmt::format("Content-Length: {}\r\n", body.size());
}

bool is(const std::string& head, int status) {
  return head.starts_with(fmt::format("HTTP/1.1 {} ", status));
}

}  // namespace

TEST_CASE("a packed blob is taken in chunks and kept plain", "[process][registry]") {
  const TemporaryDirectory directory;
  EngineRegistry registry([](const Digest&) { return false; }, directory.path());
  const auto packed_source = compress(open_text("the layer"), Compression::gzip);
  const std::string packed = read_all(*packed_source);
  const Digest digest = sha256(packed);
  Client client(registry);
  CHECK(is(client.ask("HEAD", client.path("/blobs/" + digest)), 404));
  const std::string location = client.upload_location();
  const std::string chunks = fmt::format("1\r\n{}\r\n{:x};x=y\r\n{}\r\n0\r\nTrailer: z\r\n\r\n",
                                         packed.substr(0, 1), packed.size() - 1, packed.substr(1));
  CHECK(is(client.ask("PATCH", location, "Transfer-Encoding: chunked\r\n", chunks), 202));
  CHECK(is(
      client.ask("PUT", location + "?digest=sha256%3A" + digest.substr(7), "Content-Length: 0\r\n"),
      201));
  CHECK(is(client.ask("HEAD", client.path("/blobs/" + digest)), 200));
  CHECK(is(client.ask("PUT", client.path("/manifests/deploy"), length("[]"), "[]"), 201));
  registry.stop();
  const Blob& blob = registry.blobs().at(digest);
  CHECK(blob.diff_id == sha256("the layer"));
  CHECK(blob.wire == packed.size());
  CHECK(blob.plain->text(100) == "the layer");
  CHECK(registry.manifests().at("deploy") == "[]");
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("a blob with a wrong digest is refused", "[process][registry]") {
  const TemporaryDirectory directory;
  EngineRegistry registry([](const Digest&) { return false; }, directory.path());
  Client client(registry);
  const std::string location = client.upload_location();
  CHECK(
      is(client.ask("PUT", location + "?digest=" + sha256("other"), length("blob"), "blob"), 400));
  registry.stop();
  CHECK(registry.blobs().empty());
}

TEST_CASE("only what is claimed counts as present, and only under our name",
          "[process][registry]") {
  const TemporaryDirectory directory;
  EngineRegistry registry([](const Digest& digest) { return digest == "sha256:held"; },
                          directory.path());
  Client client(registry);
  CHECK(is(client.ask("HEAD", client.path("/blobs/sha256:held")), 200));
  CHECK(is(client.ask("HEAD", client.path("/blobs/sha256:other")), 404));
  CHECK(is(client.ask("GET", client.path("/blobs/sha256:held")), 404));
  CHECK(is(client.ask("HEAD", "/v2/guess/blobs/sha256:held"), 404));
  CHECK(is(client.ask("POST", "/v2/guess/blobs/uploads/", "Content-Length: 0\r\n"), 404));
}

TEST_CASE("what is no HTTP ends the connection and nothing else", "[process][registry]") {
  const TemporaryDirectory directory;
  EngineRegistry registry([](const Digest&) { return true; }, directory.path());
  Client bad(registry);
  CHECK(bad.ask("nonsense\r\n", "x").empty());
  Client half(registry);
  Client good(registry);
  CHECK(is(good.ask("HEAD", good.path("/blobs/sha256:a")), 200));
  registry.stop();  // `half` is still open: this must not wait for it
}
