#pragma once

#include <boost/asio/awaitable.hpp>
#include <variant>

#include "app.h"
#include "streams.h"

namespace chatroom {

using Answer = std::variant<Response, Stream>;

/// Answers every request but that for a WebSocket (live.h).
///
/// Errors: none; what a handler throws becomes what it says (Refused), 503 (NotReady, a lock that
/// was not had in 10 s) or 500, as JSON with the reason.
[[nodiscard]] boost::asio::awaitable<Answer> respond(App& app, const Request& request);

}  // namespace chatroom
