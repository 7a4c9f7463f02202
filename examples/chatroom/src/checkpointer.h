#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

#include "sqlite.h"

namespace chatroom {

/// Copies what was committed from the WAL into the database file, on a thread of its own.
///
/// SQLite does it inside the commit that makes the WAL longer than 1000 pages: at 5,000 messages a
/// second ten times a second, and all who write wait for the disk. Here the commit only says how
/// long the WAL is. What is left to the writer is to finish once the WAL is 64 MiB long, when
/// nearly all of it has been copied: only where nobody writes at that moment can a WAL begin anew.
class Checkpointer {
 public:
  /// file: the database, which need not exist yet.
  explicit Checkpointer(std::filesystem::path file);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  ~Checkpointer();

  /// Takes the place of SQLite's own checkpoints after the commits of this connection, which must
  /// be closed before this object goes.
  void watch(sqlite::Database& writer);

 private:
  void committed(sqlite3* writer, int pages);
  void copy_until_stopped();
  bool wait_for_pages();

  const std::filesystem::path file_;
  int seen_ = 0;  // pages of the WAL at the last checkpoint; of the writer's thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace chatroom
