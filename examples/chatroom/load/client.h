#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <string>

#include "options.h"

namespace chatroom::load {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;
using Clock = std::chrono::steady_clock;

/// How one request ended.
struct Result {
  std::string
      failure;  ///< empty for 2xx, else its kind: connect, reset, closed, timeout, `http 503`, …
  Response response;

  [[nodiscard]] bool ok() const { return failure.empty(); }
};

/// One keep-alive connection, one request at a time.
///
/// A server may close a connection that nobody uses; every client meets that. What was seen before
/// the request is sent costs a new connection and nothing else. What is seen afterwards, with not
/// one byte of an answer, is tried again once when it is a GET on a used connection; a POST is a
/// failed request, since nobody knows whether it was done. Each new connection counts.
class Client {
 public:
  Client(boost::asio::io_context& context, const Url& url);

  [[nodiscard]] boost::asio::awaitable<Result> send(Request request);

  /// Breaks off a request that has waited for 35 s, longer than any proxy on the way does.
  void break_off_if_late(Clock::time_point now);

  /// Connections opened after the first.
  [[nodiscard]] std::uint64_t reconnects() const { return opened_ > 0 ? opened_ - 1 : 0; }

 private:
  boost::asio::awaitable<boost::system::error_code> connect();
  boost::asio::awaitable<Result> exchange(const Request& request);
  [[nodiscard]] bool server_has_closed();
  void close();

  boost::asio::ip::tcp::endpoint endpoint_;
  std::string host_;
  boost::asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  std::uint64_t opened_ = 0;
  std::uint64_t answered_here_ = 0;  // on the connection that is open
  bool nothing_came_ = false;        // not one byte of the last answer
  Clock::time_point deadline_ = Clock::time_point::max();
  bool late_ = false;
};

}  // namespace chatroom::load
