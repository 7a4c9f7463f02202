#include "schema.h"

#include <fmt/format.h>

#include <array>
#include <thread>

#include "settings.h"

namespace chatroom {
namespace {

// Ids are given inside the write transaction and no message is ever deleted, so a reader that saw
// id N has seen every message before it: "after N" is all that a client needs to miss nothing.
constexpr std::array app_steps = {
    R"(CREATE TABLE messages(
         id         INTEGER PRIMARY KEY,
         author     TEXT NOT NULL,
         body       TEXT NOT NULL,
         client_id  TEXT UNIQUE,        -- chosen by the client; makes a repeated post harmless
         created_at INTEGER NOT NULL    -- milliseconds since 1970
       ) STRICT)",
};

constexpr std::array queue_steps = {
    R"(CREATE TABLE jobs(
         id         INTEGER PRIMARY KEY,
         kind       TEXT NOT NULL,
         message_id INTEGER NOT NULL,
         run_at     INTEGER NOT NULL,   -- milliseconds since 1970
         UNIQUE(kind, message_id)       -- a repeated post enqueues nothing twice
       ) STRICT)",
};

std::int64_t version_of(sqlite::Database& db) { return db.number("PRAGMA user_version"); }

// Returns false when another process was faster.
bool apply(sqlite::Database& db, const Schema& schema, std::int64_t from) {
  sqlite::WriteTransaction transaction(db);
  if (version_of(db) != from) return false;
  db.execute(schema.steps[static_cast<std::size_t>(from)]);
  db.execute(fmt::format("PRAGMA user_version = {}", from + 1).c_str());
  transaction.commit();
  return true;
}

std::string migrate_one(const std::filesystem::path& storage, const Schema& schema) {
  auto db = open_database(storage / schema.file, Access::migrate);
  const auto before = version_of(db);
  for (auto at = before; at < schema.version(); at = version_of(db)) apply(db, schema, at);
  const auto now = version_of(db);
  if (now == before) return fmt::format("{}: at version {}, nothing to do", schema.file, now);
  return fmt::format("{}: version {} → {}", schema.file, before, now);
}

// As a step that rebuilds a large table would: everyone else's writes wait.
void pretend_to_work(const std::filesystem::path& storage, std::chrono::milliseconds time) {
  auto db = open_database(storage / app_schema().file, Access::write);
  sqlite::WriteTransaction transaction(db);
  std::this_thread::sleep_for(time);
  transaction.commit();
}

}  // namespace

const Schema& app_schema() {
  static constexpr Schema schema{"app.sqlite3", app_steps};
  return schema;
}

const Schema& queue_schema() {
  static constexpr Schema schema{"queue.sqlite3", queue_steps};
  return schema;
}

std::vector<std::string> migrate(const std::filesystem::path& storage, const Faults& faults) {
  std::vector<std::string> report;
  for (const auto* schema : {&app_schema(), &queue_schema()}) {
    report.push_back(migrate_one(storage, *schema));
  }
  if (faults.migration_takes.count() > 0) {
    pretend_to_work(storage, faults.migration_takes);
    report.push_back(fmt::format("MIGRATE_SLEEP_MS: held the write lock for {} ms",
                                 faults.migration_takes.count()));
  }
  return report;
}

bool is_migrated(sqlite::Database& db, const Schema& schema) {
  return version_of(db) >= schema.version();
}

}  // namespace chatroom
