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
/// The room of a channel of this kind: 12 for `typing:12`, kind `typing`. Nothing for another one.
[[nodiscard]] std::optional<RoomId> room_of(std::string_view channel, std::string_view kind);

/// The JSON of one message, on one line.
[[nodiscard]] std::string render_message(const Message& message);

}  // namespace chatroom
