#include "client.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include "coroutines.h"

namespace chatroom::load {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto request_limit = std::chrono::seconds(35);
constexpr std::uint64_t most_answer_bytes = 64 * 1024 * 1024;

std::string kind_of(error_code error) {
  if (error == asio::error::connection_reset || error == asio::error::broken_pipe) return "reset";
  if (error == http::error::end_of_stream || error == http::error::partial_message ||
      error == asio::error::eof) {
    return "closed";
  }
  return error.message();
}

}  // namespace

Client::Client(asio::io_context& context, const Url& url)
    : endpoint_(asio::ip::make_address(url.address), url.port), host_(url.host), socket_(context) {}

asio::awaitable<Result> Client::send(Request request) {
  request.set(http::field::host, host_);
  request.prepare_payload();
  late_ = false;
  deadline_ = Clock::now() + request_limit;
  if (socket_.is_open() && server_has_closed()) close();
  const bool used_before = socket_.is_open() && answered_here_ > 0;
  auto result = co_await exchange(request);
  const bool may_repeat = request.method() == http::verb::get && used_before && nothing_came_;
  if (!result.ok() && may_repeat && !late_) result = co_await exchange(request);
  deadline_ = Clock::time_point::max();
  co_return result;
}

asio::awaitable<Result> Client::exchange(const Request& request) {
  nothing_came_ = true;
  if (!socket_.is_open()) {
    const auto error = co_await connect();
    if (error) {
      close();
      co_return Result{late_ ? "timeout" : fmt::format("connect: {}", error.message()), {}};
    }
  }
  http::response_parser<http::string_body> parser;
  parser.body_limit(most_answer_bytes);
  auto [error, sent] = co_await http::async_write(socket_, request, no_throw);
  if (!error) {
    const auto [failed, read] = co_await http::async_read(socket_, buffer_, parser, no_throw);
    error = failed;
  }
  if (error) {
    nothing_came_ = !parser.got_some() && buffer_.size() == 0;
    close();
    co_return Result{late_ ? "timeout" : kind_of(error), {}};
  }
  nothing_came_ = false;
  ++answered_here_;
  Result result{{}, parser.release()};
  if (!result.response.keep_alive()) close();
  const auto status = result.response.result_int();
  if (status < 200 || status > 299) result.failure = fmt::format("http {}", status);
  co_return result;
}

asio::awaitable<error_code> Client::connect() {
  ++opened_;
  answered_here_ = 0;
  buffer_.clear();
  const auto [error] = co_await socket_.async_connect(endpoint_, no_throw);
  error_code ignored;
  if (!error) socket_.set_option(tcp::no_delay(true), ignored);
  co_return error;
}

// Between two answers the server has nothing to say: readable means closed or reset.
bool Client::server_has_closed() {
  char byte = 0;
  const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void Client::close() {
  error_code ignored;
  socket_.close(ignored);
}

void Client::break_off_if_late(Clock::time_point now) {
  if (now < deadline_) return;
  late_ = true;
  close();
}

}  // namespace chatroom::load
