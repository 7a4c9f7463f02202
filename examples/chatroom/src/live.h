#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "routes.h"

namespace chatroom {

using WebSocket = boost::beast::websocket::stream<boost::asio::ip::tcp::socket>;

/// Speaks with one client over a WebSocket that has been accepted, until either leaves or the feeds
/// close. Both sides send text frames of JSON objects, the server as many per frame as it has, one
/// a line:
///   → {"subscribe":"room:1","after":41}   ← {"subscribed":"room:1"}
///                                         ← {"channel":"room:1","id":42,"message":{…}}
///   → {"subscribe":"typing:1"}            ← {"channel":"typing:1","id":7,"event":{"author":"ann"}}
///   → {"typing":"room:1","author":"ann"}
///                                         ← {"error":"why"} for anything else
/// Without `after` a subscription begins with what comes next; with the last id that a client saw
/// it misses nothing, whichever process it comes back to. Errors: none.
[[nodiscard]] boost::asio::awaitable<void> serve_live(App& app, WebSocket& socket);

}  // namespace chatroom
