#include "schema.h"

#include <fmt/format.h>

#include <stdexcept>

namespace chatroom {
namespace {

// A foreign key cannot be added to a table with rows while foreign keys are checked, so migrations
// run without (settings.cpp) and this finds what they broke.
void check_foreign_keys(sqlite::Database& db, const Schema& schema) {
  auto broken = db.query("PRAGMA foreign_key_check");
  if (!broken.next()) return;
  throw std::runtime_error(
      fmt::format("{}: the migration broke a reference of {}", schema.file, broken.text(0)));
}

std::int64_t version_of(sqlite::Database& db) { return db.number("PRAGMA user_version"); }

// Returns false when another process was faster.
bool apply(sqlite::Database& db, const Schema& schema, std::int64_t from) {
  sqlite::WriteTransaction transaction(db);
  if (version_of(db) != from) return false;
  db.execute(schema.steps[static_cast<std::size_t>(from)]);
  check_foreign_keys(db, schema);
  db.execute(fmt::format("PRAGMA user_version = {}", from + 1).c_str());
  transaction.commit();
  return true;
}

std::string report_on(const Schema& schema, Versions versions) {
  if (versions.after == versions.before) {
    return fmt::format("{}: at version {}, nothing to do", schema.file, versions.after);
  }
  return fmt::format("{}: version {} → {}", schema.file, versions.before, versions.after);
}

}  // namespace

Versions bring_up_to_date(const std::filesystem::path& storage, const Schema& schema) {
  auto db = open_database(storage / schema.file, Access::migrate);
  Versions versions{version_of(db), 0};
  for (auto at = versions.before; at < schema.version(); at = version_of(db)) {
    apply(db, schema, at);
  }
  versions.after = version_of(db);
  return versions;
}

std::vector<std::string> migrate(const std::filesystem::path& storage) {
  std::vector<std::string> report;
  for (const auto* schema : kept_schemas()) {
    report.push_back(report_on(*schema, bring_up_to_date(storage, *schema)));
  }
  return report;
}

bool is_migrated(sqlite::Database& db, const Schema& schema) {
  return version_of(db) >= schema.version();
}

}  // namespace chatroom
