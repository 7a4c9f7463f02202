#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "sqlite.h"

namespace chatroom {

using UserId = std::int64_t;

struct User {
  UserId id = 0;
  std::string name;
};

/// Who may speak under a name, in app.sqlite3. `now` is in milliseconds since 1970. Errors of every
/// function: sqlite::Error.
namespace accounts {

/// How long a browser stays signed in.
constexpr std::chrono::milliseconds session_time = std::chrono::hours(30 * 24);

/// Adds a user, a member of the lobby. Result: nullopt when the name is taken, in whatever case.
[[nodiscard]] std::optional<User> add(sqlite::Database& app, const std::string& name,
                                      const std::string& password_hash, std::int64_t now);

[[nodiscard]] bool is_taken(sqlite::Database& app, const std::string& name);

struct Account {
  User user;
  std::string password_hash;
};
[[nodiscard]] std::optional<Account> find(sqlite::Database& app, const std::string& name);

/// token: of random_token(); only its hash is stored.
void open_session(sqlite::Database& app, UserId user, const std::string& token, std::int64_t now);
void close_session(sqlite::Database& app, const std::string& token);

/// Whose session this is, if it is one that has not ended.
[[nodiscard]] std::optional<User> find_session(sqlite::Database& app, const std::string& token,
                                               std::int64_t now);

/// Removes the sessions that have ended.
void trim(sqlite::Database& app, std::int64_t now);

}  // namespace accounts
}  // namespace chatroom
