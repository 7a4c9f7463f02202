#pragma once

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "settings.h"
#include "sqlite.h"

namespace chatroom {

enum class Keeping {
  kept,         ///< somebody's data: migrated by `migrate`, in the backups, never made by `serve`
  discardable,  ///< worth nothing tomorrow: made at first use, not replicated
};

/// A database file and the steps that lead to its newest schema. Step N takes the file from
/// `PRAGMA user_version` N to N + 1. Steps are only ever added, and the version before must be able
/// to work with the result: during a release both serve at once, and a rollback keeps the data.
struct Schema {
  const char* file;
  std::span<const char* const> steps;
  Keeping keeping = Keeping::kept;

  [[nodiscard]] std::int64_t version() const { return std::ssize(steps); }
};

[[nodiscard]] const Schema& app_schema();
[[nodiscard]] const Schema& queue_schema();
[[nodiscard]] const Schema& cache_schema();
[[nodiscard]] const Schema& cable_schema();
/// Those whose data is kept: migrated before a release serves, and backed up.
[[nodiscard]] std::array<const Schema*, 2> kept_schemas();

/// Brings one database to its newest schema. Result: its version before and after.
/// Errors: sqlite::Error; the step that failed has changed nothing.
struct Versions {
  std::int64_t before = 0;
  std::int64_t after = 0;
};
Versions bring_up_to_date(const std::filesystem::path& storage, const Schema& schema);

/// Brings every kept database in `storage` to the newest schema, one IMMEDIATE transaction per
/// step. Safe to run again and by two processes at once: who comes second finds nothing to do.
///
/// Result: one line per database, as shown to the person who migrates.
/// Errors: sqlite::Error; the step that failed has changed nothing.
std::vector<std::string> migrate(const std::filesystem::path& storage);

/// Whether the schema is this program's or a newer one.
[[nodiscard]] bool is_migrated(sqlite::Database& db, const Schema& schema);

}  // namespace chatroom
