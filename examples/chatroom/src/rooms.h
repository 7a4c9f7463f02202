#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts.h"
#include "messages.h"
#include "sqlite.h"

namespace chatroom {

struct Room {
  RoomId id = 0;
  std::string name;
};

/// Rooms and who is a member of them, in app.sqlite3. Every user sees every room; its members read
/// and write in it. Errors of every function: sqlite::Error.
namespace rooms {

/// Adds a room with its first member. Result: nullopt when the name is taken, in whatever case.
[[nodiscard]] std::optional<Room> add(sqlite::Database& app, const std::string& name, UserId user,
                                      std::int64_t now);
[[nodiscard]] std::optional<Room> find(sqlite::Database& app, RoomId room);

struct Listed {
  Room room;
  std::int64_t members = 0;
};
/// All rooms by name, with their size.
[[nodiscard]] std::vector<Listed> all(sqlite::Database& app);

/// A new member has read all that was said before. Joining again changes nothing.
void join(sqlite::Database& app, RoomId room, UserId user);
void leave(sqlite::Database& app, RoomId room, UserId user);
[[nodiscard]] bool is_member(sqlite::Database& app, RoomId room, UserId user);

/// Whether somebody may read and write in a room: a guest in the lobby only.
[[nodiscard]] bool may_enter(sqlite::Database& app, RoomId room, const std::optional<User>& user);

/// Says that a member has read up to a message; never moves back.
void mark_read(sqlite::Database& app, RoomId room, UserId user, MessageId id);

constexpr std::int64_t most_unread = 100;  ///< counted no further
struct Mine {
  Room room;
  std::int64_t unread = 0;  ///< 0…most_unread
};
/// The rooms of a user by name, with what is unread.
[[nodiscard]] std::vector<Mine> of_user(sqlite::Database& app, UserId user);

}  // namespace rooms
}  // namespace chatroom
