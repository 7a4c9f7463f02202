#pragma once

#include <boost/asio/awaitable.hpp>

#include "app.h"

namespace chatroom {

/// Answers every request but the two streams (streams.h) and the WebSocket (live.h).
///
/// Errors: none; what a handler throws becomes what it says (Refused), 503 (NotReady, a lock that
/// was not had in 10 s) or 500, as JSON with the reason.
[[nodiscard]] boost::asio::awaitable<Response> respond(App& app, const Request& request);

}  // namespace chatroom
