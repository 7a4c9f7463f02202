#pragma once

#include <boost/asio/awaitable.hpp>

#include "app.h"
#include "input.h"

namespace chatroom {

// The messages as JSON, for scripts and for the load tool. A guest reads and writes in the lobby, a
// user in every room of theirs; others get 403. Errors: BadInput, Refused, NotReady, sqlite::Error.

/// POST /messages: `body`, `client_id`, `room`; `author` of a guest, under any name that is no
/// user's. 201 with the id, 200 when the client_id was known; 303 to the room for a page's form.
[[nodiscard]] boost::asio::awaitable<Response> post_message(App& app, const Request& request,
                                                            const Target& target);
/// GET /messages?room=&after=&limit=
[[nodiscard]] boost::asio::awaitable<Response> list_messages(App& app, const Request& request,
                                                             const Target& target);
/// GET /messages/search?room=&q=&limit=
[[nodiscard]] boost::asio::awaitable<Response> search_messages(App& app, const Request& request,
                                                               const Target& target);

}  // namespace chatroom
