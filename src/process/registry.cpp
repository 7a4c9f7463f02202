#include "process/registry.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <array>

#include "process/failure.h"
#include "process/image_routes.h"

namespace liteship {
namespace {

std::string random_name() {
  std::uint64_t number = 0;
  if (::getrandom(&number, sizeof number, 0) != sizeof number) {
    throw system_failure("cannot get random bytes");
  }
  return fmt::format("deploy-{:016x}", number);
}

Fd listen_on_loopback(Port& port) {
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  if (!listener || ::bind(listener.number(), plain, size) != 0 ||
      ::listen(listener.number(), 64) != 0 || ::getsockname(listener.number(), plain, &size) != 0) {
    throw system_failure("cannot listen on 127.0.0.1");
  }
  port.number = ntohs(address.sin_port);
  return listener;
}

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

class Counted : public ByteSource {
 public:
  Counted(ByteSource& source, std::atomic<std::uint64_t>& count) : source_(source), count_(count) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = source_.read(buffer);
    count_ += count;
    return count;
  }

 private:
  ByteSource& source_;
  std::atomic<std::uint64_t>& count_;
};

HttpResponse plain_response(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

HttpResponse created(const std::string& location, const Digest& digest) {
  HttpResponse response;
  response.status = 201;
  response.headers = {{"Location", location}, {"Docker-Content-Digest", digest}};
  return response;
}

}  // namespace

EngineRegistry::EngineRegistry(std::function<bool(const Digest&)> claims,
                               std::filesystem::path directory)
    : claims_(std::move(claims)),
      directory_(std::move(directory)),
      name_(random_name()),
      listener_(listen_on_loopback(port_)) {
  acceptor_ = std::jthread([this] { accept_all(); });
}

EngineRegistry::~EngineRegistry() { stop(); }

std::string EngineRegistry::reference() const {
  return fmt::format("127.0.0.1:{}/{}:{}", port_.number, name_, tag());
}

void EngineRegistry::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_stopped_ = true;
    ::shutdown(listener_.number(), SHUT_RDWR);
  }
  if (acceptor_.joinable()) acceptor_.join();
  for (const Fd& socket : sockets_) ::shutdown(socket.number(), SHUT_RDWR);
  workers_.clear();  // joins
  sockets_.clear();
}

void EngineRegistry::accept_all() {
  while (true) {
    Fd socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::lock_guard lock(mutex_);
    if (is_stopped_) return;
    if (!socket) continue;
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int number = socket.number();
    sockets_.push_back(std::move(socket));  // closed in stop(), so that no number is used twice
    workers_.emplace_back([this, number] { serve(number); });
  }
}

void EngineRegistry::serve(int socket) {
  try {
    HttpConnection connection(socket);
    while (const auto request = connection.read_request()) {
      connection.respond(answer(*request, connection));
    }
  } catch (const Error&) {  // a cut or damaged stream: docker push sees it and says so
  }
  ::shutdown(socket, SHUT_RDWR);
}

HttpResponse EngineRegistry::answer(const HttpRequest& request, HttpConnection& body) {
  HttpResponse response;
  response.headers["Docker-Distribution-Api-Version"] = "registry/2.0";
  if (request.path == "/v2/" || request.path == "/v2") {
    response.body = "{}";
    response.headers["Content-Type"] = "application/json";
    return response;
  }
  const std::string root = "/v2/" + name_ + "/";
  if (!request.path.starts_with(root)) return plain_response(404);
  const std::string rest = request.path.substr(root.size());
  const bool is_put = request.method == "PUT";
  if (rest.starts_with("blobs/uploads/")) {
    if (request.method == "POST") return begin_upload();
    if (is_put || request.method == "PATCH") return upload(request, last_part(rest), body);
    return plain_response(405);
  }
  if (rest.starts_with("blobs/") && request.method == "HEAD") return answer_blob(last_part(rest));
  if (rest.starts_with("manifests/") && is_put) return take_manifest(last_part(rest), body);
  return plain_response(404);  // GET of blobs and manifests too: nothing can be had here
}

HttpResponse EngineRegistry::answer_blob(const std::string& digest) {
  HttpResponse response;
  response.headers = {{"Docker-Content-Digest", digest},
                      {"Content-Type", "application/octet-stream"}};
  {
    const std::lock_guard lock(mutex_);
    const auto it = blobs_.find(digest);
    if (it != blobs_.end()) {
      response.length = it->second.wire;
      return response;
    }
  }
  if (!claims_(digest)) return plain_response(404);
  response.length = 1;  // only written into a manifest that nobody keeps
  return response;
}

HttpResponse EngineRegistry::begin_upload() {
  HttpResponse response;
  response.status = 202;
  const std::string id = random_name();
  response.headers = {{"Location", "/v2/" + name_ + "/blobs/uploads/" + id},
                      {"Docker-Upload-UUID", id},
                      {"Range", "0-0"}};
  return response;
}

HttpResponse EngineRegistry::upload(const HttpRequest& request, const std::string& id,
                                    HttpConnection& body) {
  // docker sends a blob in one PATCH and ends it with an empty PUT, containerd in the PUT alone.
  Counted counted(body, received_);
  Blob blob = take_blob(counted, Keep::bytes, directory_);
  const std::lock_guard lock(mutex_);
  if (blob.wire > 0 && uploads_.contains(id)) return plain_response(416);
  if (blob.wire > 0) uploads_[id] = std::move(blob);
  const auto taken = uploads_.find(id);
  if (request.method == "PATCH") {
    HttpResponse response;
    response.status = 202;
    const std::uint64_t count = taken == uploads_.end() ? 0 : taken->second.wire;
    response.headers = {{"Location", request.path},
                        {"Docker-Upload-UUID", id},
                        {"Range", fmt::format("0-{}", count > 0 ? count - 1 : 0)}};
    return response;
  }
  const auto digest = request.query.find("digest");
  if (taken == uploads_.end() || digest == request.query.end() ||
      digest->second != taken->second.digest) {
    return plain_response(400);
  }
  blobs_[digest->second] = std::move(taken->second);
  uploads_.erase(taken);
  return created("/v2/" + name_ + "/blobs/" + digest->second, digest->second);
}

HttpResponse EngineRegistry::take_manifest(const std::string& name, HttpConnection& body) {
  std::string text;
  std::array<char, 16 * 1024> block{};
  while (const std::size_t count = body.read(block)) {
    text.append(block.data(), count);
    if (text.size() > json_limit) return plain_response(413);
  }
  const Digest digest = sha256(text);
  const std::lock_guard lock(mutex_);
  manifests_[name] = text;
  manifests_[digest] = text;
  return created("/v2/" + name_ + "/manifests/" + digest, digest);
}

}  // namespace liteship
