#include "process/http.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "process/failure.h"

namespace liteship {
namespace {

constexpr std::size_t line_limit = 64 * 1024;

Error bad_request(const char* what) {
  return failure(ErrorKind::internal, std::string("docker sent ") + what);
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::uint64_t parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (code != std::errc() || end != text.data() + text.size()) throw bad_request("a wrong number");
  return value;
}

std::string decode(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      result += static_cast<char>(parse_number(text.substr(i + 1, 2), 16));
      i += 2;
    } else {
      result += text[i] == '+' ? ' ' : text[i];
    }
  }
  return result;
}

void parse_target(const std::string& target, HttpRequest& request) {
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark == std::string::npos) return;
  for (const std::string& pair : split(std::string_view(target).substr(mark + 1), '&')) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos) continue;
    request.query[decode(pair.substr(0, equals))] = decode(pair.substr(equals + 1));
  }
}

}  // namespace

bool HttpConnection::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  std::array<char, 64 * 1024> block{};
  while (true) {
    const ssize_t count = ::recv(socket_, block.data(), block.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(block.data(), static_cast<std::size_t>(count));
    return true;
  }
}

std::optional<std::string> HttpConnection::read_line() {
  while (true) {
    const std::size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = end + 1;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (buffer_.size() - at_ > line_limit) throw bad_request("a line that is too long");
    if (!fill()) return std::nullopt;
  }
}

std::optional<HttpRequest> HttpConnection::read_request() {
  skip_body();
  const auto first = read_line();
  if (!first) return std::nullopt;
  const auto words = split(*first, ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.")) throw bad_request("no HTTP request");
  HttpRequest request;
  request.method = words[0];
  parse_target(words[1], request);
  while (true) {
    const auto line = read_line();
    if (!line) return std::nullopt;
    if (line->empty()) break;
    const std::size_t colon = line->find(':');
    if (colon == std::string::npos) throw bad_request("a wrong header");
    request.headers[lower(line->substr(0, colon))] =
        trim(std::string_view(*line).substr(colon + 1));
  }
  begin_body(request);
  return request;
}

void HttpConnection::begin_body(const HttpRequest& request) {
  const auto value = [&](const char* name) {
    const auto it = request.headers.find(name);
    return it == request.headers.end() ? std::string() : it->second;
  };
  body_ = Body::none;
  left_ = 0;
  if (lower(value("transfer-encoding")) == "chunked") {
    body_ = Body::chunked;
  } else if (const std::string length = value("content-length"); !length.empty()) {
    body_ = Body::counted;
    left_ = parse_number(length, 10);
  }
  if (lower(value("expect")) == "100-continue") send("HTTP/1.1 100 Continue\r\n\r\n");
}

std::size_t HttpConnection::read_raw(std::span<char> buffer) {
  if (at_ == buffer_.size() && !fill()) throw bad_request("half a body");
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
  const std::size_t count = std::min(wanted, buffer_.size() - at_);
  std::memcpy(buffer.data(), buffer_.data() + at_, count);
  at_ += count;
  left_ -= count;
  return count;
}

/// "1f40;extension" begins a chunk; "0" and trailing headers up to an empty line end the body.
void HttpConnection::begin_chunk() {
  const auto line = read_line();
  if (!line) throw bad_request("half a body");
  left_ = parse_number(trim(std::string_view(*line).substr(0, line->find(';'))), 16);
  if (left_ > 0) return;
  body_ = Body::none;
  while (true) {
    const auto trailer = read_line();
    if (!trailer) throw bad_request("half a body");
    if (trailer->empty()) return;
  }
}

std::size_t HttpConnection::read(std::span<char> buffer) {
  if (body_ == Body::chunked && left_ == 0) begin_chunk();
  if (body_ == Body::none || left_ == 0 || buffer.empty()) return 0;
  const std::size_t count = read_raw(buffer);
  if (body_ == Body::chunked && left_ == 0) {
    const auto end = read_line();
    if (!end || !end->empty()) throw bad_request("a wrong chunk");
  }
  return count;
}

void HttpConnection::skip_body() {
  std::array<char, 64 * 1024> waste{};
  while (read(waste) > 0) {
  }
}

void HttpConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw bad_request("no more");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void HttpConnection::respond(const HttpResponse& response) {
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, response.status < 300 ? "OK" : "Error");
  for (const auto& [name, value] : response.headers) text += fmt::format("{}: {}\r\n", name, value);
  text += fmt::format("Content-Length: {}\r\n\r\n", response.length.value_or(response.body.size()));
  send(text + response.body);
}

}  // namespace liteship
