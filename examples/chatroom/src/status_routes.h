#pragma once

#include <boost/asio/awaitable.hpp>

#include "app.h"
#include "input.h"

namespace chatroom {

// The state of the components: all on one page, as JSON, and a page for each with details.
// Errors: NotReady, sqlite::Error.

[[nodiscard]] boost::asio::awaitable<Response> show_status(App& app, const Request& request,
                                                           const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_status_json(App& app, const Request& request,
                                                                const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_records(App& app, const Request& request,
                                                            const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_jobs(App& app, const Request& request,
                                                         const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_cache(App& app, const Request& request,
                                                          const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_pubsub(App& app, const Request& request,
                                                           const Target& target);

}  // namespace chatroom
