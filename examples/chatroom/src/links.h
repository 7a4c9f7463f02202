#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "messages.h"

namespace chatroom {

struct Link {
  std::string url;  ///< begins with http:// or https://
  std::string host;
};

/// The links that a background job finds in messages, in app.sqlite3. Errors: sqlite::Error.
namespace links {

[[nodiscard]] std::vector<Link> find_in(const std::string& body);

/// Replaces the links of a message.
void put(sqlite::Database& app, MessageId message, const std::vector<Link>& links);

/// The newest `limit` links of a room.
[[nodiscard]] std::vector<Link> newest(sqlite::Database& app, RoomId room, int limit);

}  // namespace links
}  // namespace chatroom
