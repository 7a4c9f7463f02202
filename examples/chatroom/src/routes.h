#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http.hpp>

#include "assets.h"
#include "environment.h"
#include "faults.h"
#include "feed.h"
#include "input.h"
#include "lane.h"

namespace chatroom {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// What the handlers work with. Borrowed; outlives every request.
struct App {
  const Environment& environment;
  const Faults& faults;
  const Assets& assets;
  Lanes& lanes;
  Feed& feed;
};

/// Answers every request but the two streams (streams.h).
///
/// Errors: none; what a handler throws becomes 400 (BadInput), 503 (NotReady, a lock that was not
/// had in 10 s) or 500, as JSON with the reason.
[[nodiscard]] boost::asio::awaitable<Response> respond(App& app, const Request& request);

/// The JSON of one message, on one line.
[[nodiscard]] std::string render_message(const Message& message);

/// A response that says why there is no better one.
[[nodiscard]] Response refusal(boost::beast::http::status status, std::string_view reason);

}  // namespace chatroom
