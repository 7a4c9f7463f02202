#include "server.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http.hpp>

#include "coroutines.h"
#include "identity.h"
#include "input.h"
#include "live.h"
#include "routes.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr auto idle_limit =
    120s;                      // longer than a proxy in Go keeps a connection (90 s), so it closes
constexpr auto grace = 100ms;  // for requests that are on the wire when we are asked to stop
constexpr auto stop_limit = 5s;  // for clients that do not take their answer; docker kills at 10 s
constexpr std::uint64_t most_body_bytes = 64 * 1024;
constexpr std::uint32_t most_header_bytes = 16 * 1024;

// What a request that cannot be read is answered with; nullopt when the client just left.
std::optional<http::status> status_for(error_code error) {
  if (error == http::error::body_limit) return http::status::payload_too_large;
  if (error == http::error::header_limit) return http::status::request_header_fields_too_large;
  if (error == http::error::end_of_stream || error == http::error::partial_message) return {};
  if (error.category() == make_error_code(http::error::bad_version).category()) {
    return http::status::bad_request;
  }
  return {};
}

bool asks_for_live(const Request& request) {
  return boost::beast::websocket::is_upgrade(request) && request.target() == "/ws" &&
         is_from_here(request);
}

}  // namespace

// On the coroutine's frame; listed in sessions_ as long as it lives.
struct Server::Session {
  Session(std::set<Session*>& all, tcp::socket s) : sessions(all), socket(std::move(s)) {
    sessions.insert(this);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { sessions.erase(this); }

  std::set<Session*>& sessions;
  tcp::socket socket;
  tcp::socket* lowest = &socket;  // what to close: a WebSocket takes the socket over
  Clock::time_point active = Clock::now();
};

Server::Server(asio::io_context& context, App& app)
    : context_(context),
      app_(app),
      acceptor_(context, {tcp::v4(), app.environment.port}),
      sweep_(context),
      grace_(context) {}

std::uint16_t Server::port() const { return acceptor_.local_endpoint().port(); }

void Server::start() {
  asio::co_spawn(context_, accept(), asio::detached);
  asio::co_spawn(context_, close_idle(), asio::detached);
}

void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  sweep_.cancel();
  accept_what_waits();
  acceptor_.close();
  app_.feed.close();
  app_.cable.close();
  asio::co_spawn(context_, let_go(), asio::detached);
}

// Connections that the kernel has completed already would be reset by closing the listener.
void Server::accept_what_waits() {
  error_code error;
  acceptor_.cancel(error);
  acceptor_.non_blocking(true, error);
  for (;;) {
    tcp::socket socket = acceptor_.accept(error);
    if (error) return;
    asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::let_go() {
  grace_.expires_after(grace);
  co_await grace_.async_wait(no_throw);
  // What has arrived can still be read, then comes the end: idle connections close, others finish.
  for (auto* session : sessions_) {
    error_code ignored;
    session->lowest->shutdown(tcp::socket::shutdown_receive, ignored);
  }
  for (const auto end = Clock::now() + stop_limit; !sessions_.empty() && Clock::now() < end;) {
    grace_.expires_after(10ms);
    co_await grace_.async_wait(no_throw);
  }
  for (auto* session : sessions_) {
    error_code ignored;
    session->lowest->close(ignored);
  }
}

asio::awaitable<void> Server::accept() {
  while (!stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(no_throw);
    if (error == asio::error::operation_aborted) co_return;
    if (!error) {
      asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
    } else {  // out of file descriptors: some will come back
      asio::steady_timer pause(context_, 10ms);
      co_await pause.async_wait(no_throw);
    }
  }
}

// Ends connections that neither sent nor took anything for a while, slow ones included.
asio::awaitable<void> Server::close_idle() {
  while (!stopping_) {
    sweep_.expires_after(5s);
    co_await sweep_.async_wait(no_throw);
    for (auto* session : sessions_) {
      error_code ignored;
      if (session->lowest != &session->socket) continue;  // WebSockets have pings
      if (Clock::now() - session->active > idle_limit) session->lowest->cancel(ignored);
    }
  }
}

asio::awaitable<void> Server::serve(tcp::socket accepted) {
  Session session(sessions_, std::move(accepted));
  error_code ignored;
  session.socket.set_option(tcp::no_delay(true), ignored);
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(most_body_bytes);
    parser.header_limit(most_header_bytes);
    const auto [error, size] = co_await http::async_read(session.socket, buffer, parser, no_throw);
    session.active = Clock::now();
    if (error) {
      if (const auto status = status_for(error)) {
        auto response = refusal(*status, error.message());
        response.keep_alive(false);
        response.prepare_payload();
        co_await http::async_write(session.socket, response, no_throw);
      }
      break;
    }
    if (asks_for_live(parser.get())) {
      co_await go_live(session, parser.get());
      co_return;
    }
    if (!co_await answer(session, parser.get())) break;
  }
  session.socket.shutdown(tcp::socket::shutdown_send, ignored);
}

// A guest while the databases cannot say: the client comes back.
asio::awaitable<std::optional<User>> Server::user_of(const Request& request) {
  try {
    co_return co_await find_user(app_, request);
  } catch (const std::runtime_error&) {
    co_return std::nullopt;
  }
}

asio::awaitable<void> Server::go_live(Session& session, const Request& request) {
  WebSocket socket(std::move(session.socket));
  session.lowest = &socket.next_layer();
  const auto user = co_await user_of(request);
  const auto [error] = co_await socket.async_accept(request, no_throw);
  if (!error) co_await serve_live(app_, socket, user);
  session.lowest = &session.socket;
}

// Result: whether the connection can be used again.
asio::awaitable<bool> Server::answer(Session& session, const Request& request) {
  auto answer = co_await respond(app_, request);
  if (auto* stream = std::get_if<Stream>(&answer)) {
    co_return co_await send(session, request, std::move(*stream));
  }
  co_return co_await send(session, request, std::get<Response>(std::move(answer)));
}

asio::awaitable<bool> Server::send(Session& session, const Request& request, Response response) {
  response.version(request.version());
  response.set("X-Content-Type-Options", "nosniff");
  response.keep_alive(request.keep_alive() && !stopping_);
  response.prepare_payload();
  if (request.method() == http::verb::head) response.body().clear();
  const auto [error, size] = co_await http::async_write(session.socket, response, no_throw);
  session.active = Clock::now();
  co_return !error && response.keep_alive();
}

asio::awaitable<bool> Server::send(Session& session, const Request& request, Stream stream) {
  http::response<http::empty_body> head(http::status::ok, request.version());
  head.set(http::field::content_type, stream.content_type);
  head.set(http::field::cache_control, "no-store");
  head.set("X-Content-Type-Options", "nosniff");
  head.keep_alive(false);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  const auto [error, size] =
      co_await http::async_write_header(session.socket, serializer, no_throw);
  if (error) co_return false;

  const auto send_chunk = [&session](std::string text) -> asio::awaitable<bool> {
    const auto [failed, sent] =
        co_await asio::async_write(session.socket, http::make_chunk(asio::buffer(text)), no_throw);
    session.active = Clock::now();
    co_return !failed;
  };
  // A stream that breaks ends without its last chunk: the client can tell.
  try {
    co_await stream.produce(send_chunk);
  } catch (const std::runtime_error&) {
    co_return false;
  }
  co_await asio::async_write(session.socket, http::make_chunk_last(), no_throw);
  co_return false;
}

}  // namespace chatroom
