#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>

#include "app.h"
#include "input.h"

namespace chatroom {

/// Sends one chunk of a stream. Result: false when the client is gone.
using SendChunk = std::function<boost::asio::awaitable<bool>(std::string)>;

/// A response whose body has no end that is known in advance.
struct Stream {
  std::string content_type;
  std::function<boost::asio::awaitable<void>(SendChunk)> produce;
};

// Who may read in a room may have it as a stream. Errors: BadInput, Refused, NotReady,
// sqlite::Error.

/// GET /events?room=&after=: server-sent events, one per message, for ever. Begins after the header
/// Last-Event-ID, else after `after`, else with the next message.
[[nodiscard]] boost::asio::awaitable<Stream> open_events(App& app, const Request& request,
                                                         const Target& target);
/// GET /messages/export?room=: a line of JSON per message that exists: id, author, client_id.
[[nodiscard]] boost::asio::awaitable<Stream> open_export(App& app, const Request& request,
                                                         const Target& target);

}  // namespace chatroom
