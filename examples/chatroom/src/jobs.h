#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "sqlite.h"

namespace chatroom {

/// One piece of work for later. `about` is a message's id, or the time slot of a recurring job:
/// with its kind it is unique, so enqueueing twice is harmless.
struct Job {
  std::int64_t id = 0;
  std::string kind;
  std::int64_t about = 0;
  std::int64_t attempts = 0;  ///< this one included
};

/// Which running process has claimed a job; random, so a restart is another process.
using ProcessId = std::int64_t;

/// The queue in queue.sqlite3, after Solid Queue. Call it inside a write transaction: a claim is a
/// row that moves, so an old and a new container cannot have the same one. `now` is in milliseconds
/// since 1970. Errors of every function: sqlite::Error.
namespace jobs {

constexpr std::int64_t most_attempts = 5;
/// Claims whose process has not been heard of for so long are anybody's.
constexpr std::chrono::milliseconds lease = std::chrono::seconds(60);

void enqueue(sqlite::Database& queue, const std::string& kind, std::int64_t about,
             std::int64_t run_at);

/// Takes up to `limit` jobs that are ready or due, oldest first.
[[nodiscard]] std::vector<Job> claim(sqlite::Database& queue, ProcessId process, std::int64_t now,
                                     int limit);
void finish(sqlite::Database& queue, ProcessId process, const Job& job, std::int64_t now);

/// Runs it again later, each time after a longer while; gives up after most_attempts.
void fail(sqlite::Database& queue, ProcessId process, const Job& job, const std::string& error,
          std::int64_t now);

/// Gives all claims of a process back, as if it had never had them. Result: how many.
std::int64_t release(sqlite::Database& queue, ProcessId process);

/// Says that a process is alive.
void beat(sqlite::Database& queue, ProcessId process, std::int64_t now);
/// Makes the claims of processes that are not ready again. Result: how many.
std::int64_t reclaim(sqlite::Database& queue, std::int64_t now);

/// Enqueues a job for the present time slot once, however many processes ask.
void recur(sqlite::Database& queue, const std::string& kind, std::chrono::milliseconds every,
           std::int64_t now);

/// Whether claim() would find something. Needs no write lock.
[[nodiscard]] bool any_due(sqlite::Database& queue, std::int64_t now);

/// Removes up to 500 jobs that finished more than a day ago. Result: how many.
std::int64_t trim(sqlite::Database& queue, std::int64_t now);

struct Depths {
  std::int64_t ready = 0;
  std::int64_t scheduled = 0;
  std::int64_t claimed = 0;
  std::int64_t failed = 0;
  std::int64_t finished = 0;
};
[[nodiscard]] Depths depths(sqlite::Database& queue);

}  // namespace jobs
}  // namespace chatroom
