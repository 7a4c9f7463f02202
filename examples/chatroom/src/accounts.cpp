#include "accounts.h"

#include "messages.h"
#include "passwords.h"
#include "rooms.h"

namespace chatroom::accounts {

std::optional<User> add(sqlite::Database& app, const std::string& name,
                        const std::string& password_hash, std::int64_t now) {
  const auto added = app.run(
      "INSERT INTO users(name, password_hash, created_at) VALUES(?1, ?2, ?3) "
      "ON CONFLICT(name) DO NOTHING",
      name, password_hash, now);
  if (added == 0) return std::nullopt;
  const User user{sqlite3_last_insert_rowid(app.handle()), name};
  rooms::join(app, lobby, user.id);
  return user;
}

bool is_taken(sqlite::Database& app, const std::string& name) {
  return app.number("SELECT 1 FROM users WHERE name = ?1", name) == 1;
}

std::optional<Account> find(sqlite::Database& app, const std::string& name) {
  auto row = app.query("SELECT id, name, password_hash FROM users WHERE name = ?1", name);
  if (!row.next()) return std::nullopt;
  return Account{{row.integer(0), row.text(1)}, row.text(2)};
}

void open_session(sqlite::Database& app, UserId user, const std::string& token, std::int64_t now) {
  app.run("INSERT INTO sessions(token_hash, user_id, expires_at) VALUES(?1, ?2, ?3)",
          hash_of_token(token), user, now + session_time.count());
}

void close_session(sqlite::Database& app, const std::string& token) {
  app.run("DELETE FROM sessions WHERE token_hash = ?1", hash_of_token(token));
}

std::optional<User> find_session(sqlite::Database& app, const std::string& token,
                                 std::int64_t now) {
  const auto hash = hash_of_token(token);
  auto row = app.query(
      "SELECT users.id, users.name FROM sessions JOIN users ON users.id = sessions.user_id "
      "WHERE sessions.token_hash = ?1 AND sessions.expires_at > ?2",
      hash, now);
  if (!row.next()) return std::nullopt;
  return User{row.integer(0), row.text(1)};
}

void trim(sqlite::Database& app, std::int64_t now) {
  app.run("DELETE FROM sessions WHERE expires_at <= ?1", now);
}

}  // namespace chatroom::accounts
