#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "html.h"
#include "links.h"
#include "rooms.h"

namespace chatroom {

/// What the page of a room shows.
struct RoomPage {
  std::string version;
  std::optional<User> user;
  Room room;
  std::vector<rooms::Mine> mine;      ///< empty for a guest
  std::vector<rooms::Listed> others;  ///< rooms that the user may join; empty for a guest
  bool is_open = false;               ///< to this user or guest; if not, there are no messages
  std::vector<Message> messages;      ///< oldest first
  std::vector<std::string> here;
  std::vector<Link> links;  ///< newest first
  MessageId newest = 0;     ///< of all rooms, when the page was made
  std::string searched;     ///< the words whose finds these messages are, or empty
};
[[nodiscard]] Html render_room(const RoomPage& page);

}  // namespace chatroom
