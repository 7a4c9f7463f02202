#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>

#include "input.h"
#include "replies.h"
#include "rooms.h"

namespace chatroom {

/// Who sent a request, by the cookie of the session. Errors: NotReady, sqlite::Error.
[[nodiscard]] std::optional<User> find_user(Connections& read, const Request& request);
[[nodiscard]] boost::asio::awaitable<std::optional<User>> find_user(App& app,
                                                                    const Request& request);

/// The same, for what only users may do. Errors: also Refused with 401.
[[nodiscard]] boost::asio::awaitable<User> need_user(App& app, const Request& request);

/// Lets pass who may read and write in a room. Errors: Refused with 403; NotReady, sqlite::Error.
void must_enter(Connections& read, const Request& request, RoomId room);
void must_enter(sqlite::Database& app, RoomId room, const std::optional<User>& user);

/// Whether a browser sent this from one of our pages: another site's must not act or listen in the
/// name of its visitor. What is not a browser sends no Origin.
[[nodiscard]] bool is_from_here(const Request& request);

/// The fields of a request's body. Errors: BadInput.
[[nodiscard]] Fields fields_of(const Request& request);

/// Opens a session and gives the browser its cookie. Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<void> open_session(App& app, const Request& request,
                                                        const User& user, Response& response);
/// Ends the session of the request, if it has one. Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<void> close_session(App& app, const Request& request,
                                                         Response& response);

}  // namespace chatroom
