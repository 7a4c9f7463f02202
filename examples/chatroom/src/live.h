#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "app.h"

namespace chatroom {

using WebSocket = boost::beast::websocket::stream<boost::asio::ip::tcp::socket>;

/// Speaks with one client over a WebSocket that has been accepted, until either leaves or the feeds
/// close. Both sides send text frames of JSON objects, the server as many per frame as it has, one
/// a line:
///   → {"subscribe":"room:1","after":41}   ← {"subscribed":"room:1"}
///                                         ← {"channel":"room:1","id":42,"message":{…}}
///   → {"subscribe":"typing:1"}            ← {"channel":"typing:1","id":7,"event":{"author":"ann"}}
///   → {"subscribe":"presence:1"}          ← {"channel":"presence:1","id":8,"event":{"here":[…]}}
///   → {"typing":"room:1"}                 a guest adds "author"
///   → {"here":"room:1"}                   in this room for as long as the connection lasts
///   → {"read":"room:1","id":42}           has seen this message and those before it
///                                         ← {"error":"why"} for anything else
/// Without `after` a subscription begins with what comes next; with the last id that a client saw
/// it misses nothing, whichever process it comes back to. user: absent for a guest, who hears and
/// speaks in the lobby only. Errors: none.
[[nodiscard]] boost::asio::awaitable<void> serve_live(App& app, WebSocket& socket,
                                                      const std::optional<User>& user);

}  // namespace chatroom
