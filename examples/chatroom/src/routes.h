#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/http.hpp>
#include <functional>

#include "assets.h"
#include "databases.h"
#include "environment.h"
#include "faults.h"
#include "input.h"
#include "sources.h"

namespace chatroom {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// What the handlers work with. Borrowed; outlives every request.
struct App {
  const Environment& environment;
  const Faults& faults;
  const Assets& assets;
  Databases& databases;
  Bell& bell;                        ///< rings when either feed has news
  Feed& feed;                        ///< messages
  Feed& cable;                       ///< events
  std::function<void()> jobs_added;  ///< wakes the worker
};

/// Publishes an event to all processes. payload: JSON on one line.
/// Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<void> publish(App& app, std::string channel,
                                                   std::string payload);

/// Answers every request but the two streams (streams.h).
///
/// Errors: none; what a handler throws becomes 400 (BadInput), 503 (NotReady, a lock that was not
/// had in 10 s) or 500, as JSON with the reason.
[[nodiscard]] boost::asio::awaitable<Response> respond(App& app, const Request& request);

/// A response that says why there is no better one.
[[nodiscard]] Response refusal(boost::beast::http::status status, std::string_view reason);

}  // namespace chatroom
