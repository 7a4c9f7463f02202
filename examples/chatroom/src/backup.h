#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace chatroom {

/// Copies every kept database into `storage`/backups while the app runs, with SQLite's online
/// backup API; each copy appears whole or not at all. ONCE runs it as /hooks/pre-backup and then
/// saves the volume. Result: the files, one a line. Errors: sqlite::Error,
/// std::filesystem::filesystem_error.
std::vector<std::string> back_up(const std::filesystem::path& storage);

/// Puts the copies in the place of the databases, which no process may have open. ONCE runs it as
/// /hooks/post-restore, before the app starts. Result, errors: as above; std::runtime_error when
/// there is no copy.
std::vector<std::string> restore(const std::filesystem::path& storage);

}  // namespace chatroom
