#include "rooms.h"

namespace chatroom::rooms {

std::optional<Room> add(sqlite::Database& app, const std::string& name, UserId user,
                        std::int64_t now) {
  const auto added = app.run(
      "INSERT INTO rooms(name, created_at) VALUES(?1, ?2) ON CONFLICT(name) DO NOTHING", name, now);
  if (added == 0) return std::nullopt;
  Room room{sqlite3_last_insert_rowid(app.handle()), name};
  join(app, room.id, user);
  return room;
}

std::optional<Room> find(sqlite::Database& app, RoomId room) {
  auto row = app.query("SELECT id, name FROM rooms WHERE id = ?1", room);
  if (!row.next()) return std::nullopt;
  return Room{row.integer(0), row.text(1)};
}

std::vector<Listed> all(sqlite::Database& app) {
  auto rows = app.query(
      "SELECT id, name, (SELECT count(*) FROM memberships WHERE room_id = rooms.id) "
      "FROM rooms ORDER BY name");
  std::vector<Listed> found;
  while (rows.next()) found.push_back({{rows.integer(0), rows.text(1)}, rows.integer(2)});
  return found;
}

void join(sqlite::Database& app, RoomId room, UserId user) {
  app.run(
      "INSERT INTO memberships(user_id, room_id, read_id) "
      "VALUES(?1, ?2, (SELECT coalesce(max(id), 0) FROM messages WHERE room_id = ?2)) "
      "ON CONFLICT DO NOTHING",
      user, room);
}

void leave(sqlite::Database& app, RoomId room, UserId user) {
  app.run("DELETE FROM memberships WHERE user_id = ?1 AND room_id = ?2", user, room);
}

bool is_member(sqlite::Database& app, RoomId room, UserId user) {
  return app.number("SELECT 1 FROM memberships WHERE user_id = ?1 AND room_id = ?2", user, room) ==
         1;
}

bool may_enter(sqlite::Database& app, RoomId room, const std::optional<User>& user) {
  return room == lobby || (user && is_member(app, room, user->id));
}

void mark_read(sqlite::Database& app, RoomId room, UserId user, MessageId id) {
  app.run(
      "UPDATE memberships SET read_id = ?3 WHERE user_id = ?1 AND room_id = ?2 AND read_id < ?3",
      user, room, id);
}

std::vector<Mine> of_user(sqlite::Database& app, UserId user) {
  auto rows = app.query(
      "SELECT r.id, r.name, (SELECT count(*) FROM (SELECT 1 FROM messages "
      "WHERE room_id = r.id AND id > m.read_id LIMIT ?2)) "
      "FROM memberships m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ?1 ORDER BY r.name",
      user, most_unread);
  std::vector<Mine> found;
  while (rows.next()) found.push_back({{rows.integer(0), rows.text(1)}, rows.integer(2)});
  return found;
}

}  // namespace chatroom::rooms
