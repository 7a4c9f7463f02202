#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sqlite.h"

namespace chatroom {

using MessageId = std::int64_t;
using RoomId = std::int64_t;

constexpr RoomId lobby = 1;  ///< where guests may write, too

struct NewMessage {
  std::string author;
  std::string body;
  std::optional<std::string> client_id;
  RoomId room = lobby;
  std::optional<std::int64_t> user{};  ///< absent for a guest
};

struct Message {
  MessageId id = 0;
  std::string author;
  std::string body;
  std::optional<std::string> client_id;
  std::int64_t created_at = 0;  ///< milliseconds since 1970
  RoomId room = lobby;
};

enum class Posting { created, existed };

struct Posted {
  MessageId id = 0;
  Posting posting = Posting::created;
};

/// The messages in app.sqlite3. Errors of every function: sqlite::Error.
namespace messages {

/// Adds a message. A client_id that is already there changes nothing and gives the id of the
/// message that has it.
Posted add(sqlite::Database& app, const NewMessage& message);

/// The first `limit` messages of a room with an id above `last`, oldest first.
[[nodiscard]] std::vector<Message> after(sqlite::Database& app, RoomId room, MessageId last,
                                         int limit);
/// The same of all rooms.
[[nodiscard]] std::vector<Message> after(sqlite::Database& app, MessageId last, int limit);
/// The last `limit` messages of a room, oldest first.
[[nodiscard]] std::vector<Message> newest(sqlite::Database& app, RoomId room, int limit);
/// The same of all rooms.
[[nodiscard]] std::vector<Message> newest(sqlite::Database& app, int limit);
[[nodiscard]] std::optional<Message> find(sqlite::Database& app, MessageId id);

/// The best `limit` messages of a room that have every word of `words`, or another form of it.
/// words: what a person typed; nothing in it is an operator.
[[nodiscard]] std::vector<Message> search(sqlite::Database& app, RoomId room,
                                          const std::string& words, int limit);

}  // namespace messages
}  // namespace chatroom
