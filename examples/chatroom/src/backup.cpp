#include "backup.h"

#include "schema.h"
#include "settings.h"

namespace chatroom {
namespace {

namespace fs = std::filesystem;

void copy_database(sqlite::Database& from, sqlite::Database& to) {
  const std::unique_ptr<sqlite3_backup, sqlite::Closer<&sqlite3_backup_finish>> backup(
      sqlite3_backup_init(to.handle(), "main", from.handle(), "main"));
  // All pages in one step: one read transaction, so the copy is of one moment.
  const int code = backup ? sqlite3_backup_step(backup.get(), -1) : sqlite3_errcode(to.handle());
  if (code != SQLITE_DONE) throw sqlite::Error(code, sqlite3_errstr(code));
}

void remove_database(const fs::path& file) {
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file.string() + suffix);
}

fs::path folder_of(const fs::path& storage) { return storage / "backups"; }

}  // namespace

std::vector<std::string> back_up(const fs::path& storage) {
  fs::create_directories(folder_of(storage));
  std::vector<std::string> report;
  for (const auto* schema : kept_schemas()) {
    const auto copy = folder_of(storage) / schema->file;
    const auto unfinished = fs::path(copy.string() + ".unfinished");
    remove_database(unfinished);
    {
      auto from = open_database(storage / schema->file, Access::read);
      sqlite::Database to(unfinished.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
      copy_database(from, to);
    }
    fs::rename(unfinished, copy);
    report.push_back(copy.string());
  }
  return report;
}

std::vector<std::string> restore(const fs::path& storage) {
  std::vector<std::string> report;
  for (const auto* schema : kept_schemas()) {
    const auto copy = folder_of(storage) / schema->file;
    if (!fs::exists(copy)) throw std::runtime_error("no backup: " + copy.string());
  }
  for (const auto* schema : kept_schemas()) {
    const auto file = storage / schema->file;
    remove_database(file);
    fs::copy_file(folder_of(storage) / schema->file, file);
    report.push_back(file.string());
  }
  return report;
}

}  // namespace chatroom
