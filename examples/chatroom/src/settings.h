#pragma once

#include <filesystem>

#include "sqlite.h"

namespace chatroom {

enum class Access {
  read,     ///< an existing file; writes are refused by SQLite
  write,    ///< an existing file
  migrate,  ///< creates the file when there is none
};

/// Opens a database with the settings that every connection of this app has.
///
/// path:   inside a directory on a local file system: WAL needs shared memory between processes.
/// Errors: sqlite::Error; SQLITE_CANTOPEN when the file does not exist and access is not `migrate`.
[[nodiscard]] sqlite::Database open_database(const std::filesystem::path& path, Access access);

}  // namespace chatroom
