#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <set>

#include "app.h"

namespace chatroom {

/// Accepts connections and speaks HTTP/1.1 on them, one coroutine each, all on one thread.
class Server {
 public:
  /// Errors: boost::system::system_error when the port cannot be had.
  Server(boost::asio::io_context& context, App& app);

  /// The port it listens on.
  [[nodiscard]] std::uint16_t port() const;

  /// Begins to accept.
  void start();

  /// Ends in the order that loses nothing: no new connections; every request that has arrived, or
  /// arrives within the next 100 ms, is answered with `Connection: close`; streams are ended, their
  /// clients come back to the next version. The context runs out of work when all are done.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  struct Session;

  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::asio::ip::tcp::socket socket);
  boost::asio::awaitable<bool> answer(Session& session, const Request& request);
  boost::asio::awaitable<bool> send(Session& session, const Request& request, Response response);
  boost::asio::awaitable<bool> send(Session& session, const Request& request, struct Stream stream);
  boost::asio::awaitable<void> go_live(Session& session, const Request& request);
  boost::asio::awaitable<std::optional<User>> user_of(const Request& request);
  boost::asio::awaitable<void> close_idle();
  boost::asio::awaitable<void> let_go();
  void accept_what_waits();

  boost::asio::io_context& context_;
  App& app_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer sweep_;
  boost::asio::steady_timer grace_;
  std::set<Session*> sessions_;
  bool stopping_ = false;
};

}  // namespace chatroom
