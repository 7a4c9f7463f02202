#include "settings.h"

#include <chrono>
#include <thread>

namespace chatroom {
namespace {

// "Rails 8" is what it sets in production (activerecord, sqlite3_adapter.rb, DEFAULT_PRAGMAS); the
// meaning of each pragma is in sqlite.org/pragma.html.
constexpr const char* every_connection = R"(
  -- Safe in WAL: a commit survives the death of the process; only a power cut can take the last
  -- ones, and the replica has those a second later. FULL costs one fsync per commit.
  -- Source: Rails 8; sqlite.org/wal.html#performance_considerations.
  PRAGMA synchronous = NORMAL;
  -- Off in SQLite for the sake of old programs. Source: Rails 8; sqlite.org/foreignkeys.html#fk_enable.
  PRAGMA foreign_keys = ON;
  -- Reads of the first 128 MiB come from the page cache without a system call.
  -- Source: Rails 8; sqlite.org/mmap.html.
  PRAGMA mmap_size = 134217728;
  -- Sorts and temporary indexes never touch the volume. Source: sqlite.org/tempfiles.html.
  PRAGMA temp_store = MEMORY;
)";

constexpr const char* writing_connection = R"(
  -- Readers never wait for the writer nor it for them. Stored in the file.
  -- Source: Rails 8; sqlite.org/wal.html.
  PRAGMA journal_mode = WAL;
  -- A WAL that a burst made large is cut back to 64 MiB at the next checkpoint; when that is, says
  -- checkpointer.h. Source: Rails 8.
  PRAGMA journal_size_limit = 67108864;
)";

// A handler that writes where it should read hears so at its first try, not when two of them meet.
// Source: sqlite.org/pragma.html#pragma_query_only.
constexpr const char* reading_connection = "PRAGMA query_only = ON";

// Tables are rebuilt and altered without; the migration checks all references at its end.
// Source: sqlite.org/lang_altertable.html#otheralter, step 1.
constexpr const char* migrating_connection = "PRAGMA foreign_keys = OFF";

// The lock is held by another process: the old or the new container, a console, the replicator.
// SQLite's own handler sleeps longer the longer one has waited, so newcomers overtake and a few
// writes wait for seconds. Asking again every millisecond is fair: with 32 writers on two cores
// p99.99 fell from 567 to 137 ms (`chatroom-load contend` shows it). 10 s, because a migration may
// hold the lock for a while and the proxy gives up after 30 s.
// Source: sqlite3-ruby PR 456, which Rails 8 uses.
int ask_again_in_a_millisecond(void*, int tries) {
  constexpr int most_tries = 10'000;
  if (tries >= most_tries) return 0;
  if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 1;
}

// Of two that turn a new file to WAL at once SQLite refuses one without asking the handler, because
// each would wait for the other. Source: sqlite.org/c3ref/busy_handler.html.
void begin_wal(sqlite::Database& db) {
  for (int tries = 0;; ++tries) {
    try {
      return db.execute(writing_connection);
    } catch (const sqlite::Error& error) {
      if (error.primary_code() != SQLITE_BUSY) throw;
      if (ask_again_in_a_millisecond(nullptr, tries) == 0) throw;
    }
  }
}

int open_flags(Access access) {
  // A reader needs SQLITE_OPEN_READWRITE too: WAL's shared memory is written by everyone.
  return access == Access::migrate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                                   : SQLITE_OPEN_READWRITE;
}

}  // namespace

sqlite::Database open_database(const std::filesystem::path& path, Access access) {
  sqlite::Database db(path.string(), open_flags(access));
  sqlite3_busy_handler(db.handle(), ask_again_in_a_millisecond, nullptr);
  if (access != Access::read) begin_wal(db);
  db.execute(every_connection);
  if (access == Access::migrate) db.execute(migrating_connection);
  if (access == Access::read) db.execute(reading_connection);
  return db;
}

}  // namespace chatroom
