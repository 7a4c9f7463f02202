#pragma once

#include <boost/asio/awaitable.hpp>

#include "app.h"
#include "input.h"

namespace chatroom {

// The rooms as pages. A guest sees the lobby only. Errors: BadInput, Refused, NotReady,
// sqlite::Error.

/// GET /rooms/:id. What is unread becomes read.
[[nodiscard]] boost::asio::awaitable<Response> show_room(App& app, const Request& request,
                                                         const Target& target);
/// GET /rooms/:id/search?q=
[[nodiscard]] boost::asio::awaitable<Response> search_room(App& app, const Request& request,
                                                           const Target& target);
/// POST /rooms: `name`; 303 to the new room, 409 when the name is taken.
[[nodiscard]] boost::asio::awaitable<Response> add_room(App& app, const Request& request,
                                                        const Target& target);
/// POST /rooms/:id/join and /rooms/:id/leave
[[nodiscard]] boost::asio::awaitable<Response> join_room(App& app, const Request& request,
                                                         const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> leave_room(App& app, const Request& request,
                                                          const Target& target);

}  // namespace chatroom
