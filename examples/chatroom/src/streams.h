#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "app.h"

namespace chatroom {

/// Sends one chunk of a stream. Result: false when the client is gone.
using SendChunk = std::function<boost::asio::awaitable<bool>(std::string)>;

/// A response whose body has no end that is known in advance.
struct Stream {
  std::string content_type;
  std::function<boost::asio::awaitable<void>(SendChunk)> produce;
};

/// The stream that a request asks for, if it is one:
///   GET /events           server-sent events, one per message, for ever. Begins after the header
///                         Last-Event-ID, else after ?after=ID, else with the next message.
///   GET /messages/export  one line of JSON per message that exists: id, author, client_id.
/// Errors: BadInput.
[[nodiscard]] std::optional<Stream> find_stream(App& app, const Request& request);

}  // namespace chatroom
