#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "databases.h"
#include "rooms.h"

namespace chatroom {

/// All rooms with their members counted, from the cache: most pages need it, few change it.
/// Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<std::vector<rooms::Listed>> list_rooms(Databases& databases);

/// After a room or a membership has come or gone: the next list is a new one, in all processes.
/// Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<void> forget_room_list(Databases& databases);

}  // namespace chatroom
