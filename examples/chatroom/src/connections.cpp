#include "connections.h"

#include <fmt/format.h>

namespace chatroom {
namespace {

void must_exist(const std::filesystem::path& path) {
  if (std::filesystem::exists(path)) return;
  throw NotReady(fmt::format("database needs migration: {} does not exist", path.string()));
}

}  // namespace

sqlite::Database open_migrated(const std::filesystem::path& storage, const Schema& schema,
                               Access access) {
  if (schema.keeping == Keeping::discardable) {
    must_exist(storage / app_schema().file);
    bring_up_to_date(storage, schema);
  }
  const auto path = storage / schema.file;
  must_exist(path);
  auto db = open_database(path, access);
  if (!is_migrated(db, schema)) {
    throw NotReady(fmt::format("database needs migration: {} is older than this version of the app",
                               path.string()));
  }
  return db;
}

}  // namespace chatroom
