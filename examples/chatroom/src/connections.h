#pragma once

#include <filesystem>
#include <optional>
#include <stdexcept>

#include "schema.h"
#include "settings.h"
#include "sqlite.h"

namespace chatroom {

/// A database cannot serve yet; what() is the reason, fit for /up.
class NotReady : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Opens one of the app's databases once it has this program's schema.
///
/// A kept file is never created here: an app that boots before its data was restored must not leave
/// an empty database in the data's place. A discardable one is created, but not before the records
/// are there.
/// Errors: NotReady, sqlite::Error.
[[nodiscard]] sqlite::Database open_migrated(const std::filesystem::path& storage,
                                             const Schema& schema, Access access);

/// One reading connection to each database, opened at first use. Used by one thread at a time.
class Connections {
 public:
  explicit Connections(std::filesystem::path storage) : storage_(std::move(storage)) {}

  [[nodiscard]] sqlite::Database& app() { return opened(app_, app_schema()); }
  [[nodiscard]] sqlite::Database& queue() { return opened(queue_, queue_schema()); }
  [[nodiscard]] sqlite::Database& cache() { return opened(cache_, cache_schema()); }
  [[nodiscard]] sqlite::Database& cable() { return opened(cable_, cable_schema()); }

 private:
  sqlite::Database& opened(std::optional<sqlite::Database>& db, const Schema& schema) {
    if (!db) db.emplace(open_migrated(storage_, schema, Access::read));
    return *db;
  }

  std::filesystem::path storage_;
  std::optional<sqlite::Database> app_;
  std::optional<sqlite::Database> queue_;
  std::optional<sqlite::Database> cache_;
  std::optional<sqlite::Database> cable_;
};

}  // namespace chatroom
