#pragma once
// The part of HTTP/1.1 that docker speaks to a registry: requests with Content-Length or chunked
// bodies on connections that stay open.

#include <map>
#include <optional>
#include <string>

#include "liteship/support.h"
#include "process/fd.h"

namespace liteship {

struct HttpRequest {
  std::string method;
  std::string path;                            // without the query
  std::map<std::string, std::string> query;    // decoded
  std::map<std::string, std::string> headers;  // names in lower case
};

struct HttpResponse {
  int status = 200;
  std::map<std::string, std::string> headers;
  std::string body;
  /// Content-Length of an answer to HEAD; else the body's.
  std::optional<std::uint64_t> length;
};

/// One connection. Its reads block; shutting the socket down from another thread ends them.
/// It is its request's body as a stream: read() gives 0 at the body's end.
class HttpConnection : public ByteSource {
 public:
  explicit HttpConnection(int socket) : socket_(socket) {}
  /// The next request; nothing when the peer has gone. What was not read of the last body is
  /// passed over. Errors: Error{internal} for what is no HTTP.
  [[nodiscard]] std::optional<HttpRequest> read_request();
  [[nodiscard]] std::size_t read(std::span<char> buffer) override;
  void respond(const HttpResponse& response);

 private:
  enum class Body { none, counted, chunked };

  [[nodiscard]] bool fill();
  [[nodiscard]] std::optional<std::string> read_line();
  [[nodiscard]] std::size_t read_raw(std::span<char> buffer);
  void begin_body(const HttpRequest& request);
  void begin_chunk();
  void skip_body();
  void send(std::string_view bytes);

  int socket_;
  std::string buffer_;
  std::size_t at_ = 0;
  Body body_ = Body::none;
  std::uint64_t left_ = 0;  // of the body or the chunk
};

}  // namespace liteship
