#pragma once

#include "feed.h"
#include "messages.h"

namespace chatroom {

/// The messages, in channels `room:ID`. They are the records themselves: no copy in a table of
/// events could get lost between two commits.
[[nodiscard]] Source message_source();

/// What is of interest only now: rows of cable.sqlite3, in channels `typing:ID`, `presence:ID`, ….
[[nodiscard]] Source event_source();

[[nodiscard]] std::string room_channel(RoomId room);

/// The JSON of one message, on one line.
[[nodiscard]] std::string render_message(const Message& message);

}  // namespace chatroom
