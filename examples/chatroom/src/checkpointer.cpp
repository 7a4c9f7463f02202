#include "checkpointer.h"

#include <optional>

#include "settings.h"

namespace chatroom {
namespace {

constexpr int pages_between = 1000;    // SQLite's own wal_autocheckpoint
constexpr int most_pages = 16 * 1024;  // 64 MiB: journal_size_limit, see settings.cpp

// Older versions lose commits when the checkpoint of one connection races the commit of another
// that begins the WAL anew: sqlite.org/wal.html#the_wal_reset_bug. The image has a newer one; with
// an older one the commit copies, as SQLite does it.
bool is_safe_beside_a_writer() { return sqlite3_libversion_number() >= 3'051'003; }

// PASSIVE waits for nobody. What it is refused, or a reader still needs, the next one copies.
void checkpoint(sqlite3* db) {
  sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

}  // namespace

Checkpointer::Checkpointer(std::filesystem::path file)
    : file_(std::move(file)), thread_([this] { copy_until_stopped(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Checkpointer::watch(sqlite::Database& writer) {
  if (!is_safe_beside_a_writer()) return;
  const auto hook = [](void* self, sqlite3* db, const char*, int pages) {
    static_cast<Checkpointer*>(self)->committed(db, pages);
    return SQLITE_OK;
  };
  sqlite3_wal_hook(writer.handle(), hook, this);
}

void Checkpointer::committed(sqlite3* writer, int pages) {
  if (pages < seen_) seen_ = 0;  // the WAL has begun anew
  if (pages - seen_ < pages_between) return;
  seen_ = pages;
  if (pages >= most_pages) return checkpoint(writer);
  {
    const std::lock_guard lock(mutex_);
    wanted_ = true;
  }
  changed_.notify_one();
}

void Checkpointer::copy_until_stopped() {
  std::optional<sqlite::Database> db;
  while (wait_for_pages()) {
    try {
      if (!db) db.emplace(open_database(file_, Access::write));
      checkpoint(db->handle());
    } catch (const sqlite::Error&) {
      // Cannot be opened now: the WAL grows until it can, nothing is lost.
    }
  }
}

// Result: false when there is nothing more to do.
bool Checkpointer::wait_for_pages() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || wanted_; });
  wanted_ = false;
  return !stopping_;
}

}  // namespace chatroom
