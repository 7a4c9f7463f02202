#include "messages.h"

#include <algorithm>
#include <sstream>

#include "clock.h"

namespace chatroom::messages {
namespace {

std::vector<Message> all(sqlite::Query rows) {
  std::vector<Message> messages;
  while (rows.next()) {
    messages.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.optional_text(3),
                        rows.integer(4), rows.integer(5)});
  }
  return messages;
}

std::vector<Message> oldest_first(std::vector<Message> messages) {
  std::ranges::reverse(messages);
  return messages;
}

// `say "hi" -x` becomes `"say" """hi""" "-x"`: each word a string of FTS5's query language.
std::string quoted_words(const std::string& words) {
  std::istringstream in(words);
  std::string query;
  for (std::string word; in >> word;) {
    query += '"';
    for (const char c : word) query += c == '"' ? std::string("\"\"") : std::string(1, c);
    query += "\" ";
  }
  return query;
}

}  // namespace

Posted add(sqlite::Database& app, const NewMessage& message) {
  const auto added = app.run(
      "INSERT INTO messages(author, body, client_id, created_at, room_id, user_id) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(client_id) DO NOTHING",
      message.author, message.body, message.client_id, milliseconds_since_1970(), message.room,
      message.user);
  if (added == 1) return {sqlite3_last_insert_rowid(app.handle()), Posting::created};
  return {app.number("SELECT id FROM messages WHERE client_id = ?1", message.client_id),
          Posting::existed};
}

std::vector<Message> after(sqlite::Database& app, RoomId room, MessageId last, int limit) {
  return all(
      app.query("SELECT id, author, body, client_id, created_at, room_id FROM messages "
                "WHERE room_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
                room, last, std::int64_t{limit}));
}

std::vector<Message> after(sqlite::Database& app, MessageId last, int limit) {
  return all(
      app.query("SELECT id, author, body, client_id, created_at, room_id FROM messages "
                "WHERE id > ?1 ORDER BY id LIMIT ?2",
                last, std::int64_t{limit}));
}

std::vector<Message> newest(sqlite::Database& app, RoomId room, int limit) {
  return oldest_first(
      all(app.query("SELECT id, author, body, client_id, created_at, room_id FROM messages "
                    "WHERE room_id = ?1 ORDER BY id DESC LIMIT ?2",
                    room, std::int64_t{limit})));
}

std::vector<Message> newest(sqlite::Database& app, int limit) {
  return oldest_first(
      all(app.query("SELECT id, author, body, client_id, created_at, room_id FROM messages "
                    "ORDER BY id DESC LIMIT ?1",
                    std::int64_t{limit})));
}

std::optional<Message> find(sqlite::Database& app, MessageId id) {
  auto found =
      all(app.query("SELECT id, author, body, client_id, created_at, room_id FROM messages "
                    "WHERE id = ?1",
                    id));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

std::vector<Message> search(sqlite::Database& app, RoomId room, const std::string& words,
                            int limit) {
  const auto query = quoted_words(words);
  if (query.empty()) return {};
  return all(
      app.query("SELECT m.id, m.author, m.body, m.client_id, m.created_at, m.room_id "
                "FROM messages_fts JOIN messages m ON m.id = messages_fts.rowid "
                "WHERE messages_fts MATCH ?1 AND m.room_id = ?2 ORDER BY rank LIMIT ?3",
                query, room, std::int64_t{limit}));
}

}  // namespace chatroom::messages
