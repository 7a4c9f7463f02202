#include "jobs.h"

namespace chatroom::jobs {
namespace {

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

// Active Job's `polynomially_longer`: 3 s, 18 s, 83 s, 258 s.
std::int64_t pause_ms(std::int64_t attempts) {
  return (attempts * attempts * attempts * attempts + 2) * 1000;
}

void make_due_ready(sqlite::Database& queue, std::int64_t now) {
  queue.run(
      "INSERT INTO ready SELECT job_id FROM scheduled WHERE run_at <= ?1 ORDER BY run_at LIMIT 500",
      now);
  queue.run("DELETE FROM scheduled WHERE job_id IN (SELECT job_id FROM ready)");
}

// Result: whether the process still had it; after a lapse of its lease somebody else has.
bool drop_claim(sqlite::Database& queue, ProcessId process, const Job& job) {
  return queue.run("DELETE FROM claimed WHERE job_id = ?1 AND process_id = ?2", job.id, process) ==
         1;
}

}  // namespace

void enqueue(sqlite::Database& queue, const std::string& kind, std::int64_t about,
             std::int64_t run_at) {
  queue.run("INSERT INTO jobs(kind, message_id, run_at) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING",
            kind, about, run_at);
}

std::vector<Job> claim(sqlite::Database& queue, ProcessId process, std::int64_t now, int limit) {
  make_due_ready(queue, now);
  std::vector<Job> claimed;
  {
    auto rows = queue.query(
        "DELETE FROM ready WHERE job_id IN (SELECT job_id FROM ready ORDER BY job_id LIMIT ?1) "
        "RETURNING job_id",
        std::int64_t{limit});
    while (rows.next()) claimed.push_back({rows.integer(0), {}, 0, 0});
  }
  for (auto& job : claimed) {
    queue.run("INSERT INTO claimed(job_id, process_id, beat_at) VALUES(?1, ?2, ?3)", job.id,
              process, now);
    auto row = queue.query(
        "UPDATE jobs SET attempts = attempts + 1 WHERE id = ?1 "
        "RETURNING kind, message_id, attempts",
        job.id);
    while (row.next()) job = {job.id, row.text(0), row.integer(1), row.integer(2)};
  }
  return claimed;
}

void finish(sqlite::Database& queue, ProcessId process, const Job& job, std::int64_t now) {
  if (!drop_claim(queue, process, job)) return;
  queue.run("UPDATE jobs SET finished_at = ?2 WHERE id = ?1", job.id, now);
}

void fail(sqlite::Database& queue, ProcessId process, const Job& job, const std::string& error,
          std::int64_t now) {
  if (!drop_claim(queue, process, job)) return;
  if (job.attempts < most_attempts) {
    queue.run("INSERT INTO scheduled(job_id, run_at) VALUES(?1, ?2)", job.id,
              now + pause_ms(job.attempts));
  } else {
    queue.run("INSERT INTO failed(job_id, error, failed_at) VALUES(?1, ?2, ?3)", job.id, error,
              now);
  }
}

std::int64_t release(sqlite::Database& queue, ProcessId process) {
  queue.run(
      "UPDATE jobs SET attempts = attempts - 1 "
      "WHERE id IN (SELECT job_id FROM claimed WHERE process_id = ?1)",
      process);
  queue.run("INSERT INTO ready SELECT job_id FROM claimed WHERE process_id = ?1", process);
  return queue.run("DELETE FROM claimed WHERE process_id = ?1", process);
}

void beat(sqlite::Database& queue, ProcessId process, std::int64_t now) {
  queue.run("UPDATE claimed SET beat_at = ?2 WHERE process_id = ?1", process, now);
}

std::int64_t reclaim(sqlite::Database& queue, std::int64_t now) {
  const auto silent_since = now - lease.count();
  queue.run("INSERT INTO ready SELECT job_id FROM claimed WHERE beat_at < ?1", silent_since);
  return queue.run("DELETE FROM claimed WHERE beat_at < ?1", silent_since);
}

void recur(sqlite::Database& queue, const std::string& kind, std::chrono::milliseconds every,
           std::int64_t now) {
  const auto slot = now - now % every.count();
  const auto moved = queue.run(
      "INSERT INTO recurring(kind, next_at) VALUES(?1, ?2) "
      "ON CONFLICT(kind) DO UPDATE SET next_at = ?2 WHERE next_at <= ?3",
      kind, slot + every.count(), now);
  if (moved == 1) enqueue(queue, kind, slot, now);
}

bool any_due(sqlite::Database& queue, std::int64_t now) {
  return queue.number(
             "SELECT EXISTS(SELECT 1 FROM ready) OR "
             "EXISTS(SELECT 1 FROM scheduled WHERE run_at <= ?1)",
             now) == 1;
}

std::int64_t trim(sqlite::Database& queue, std::int64_t now) {
  return queue.run(
      "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished_at < ?1 LIMIT 500)",
      now - day_ms);
}

Depths depths(sqlite::Database& queue) {
  return {queue.number("SELECT count(*) FROM ready"),
          queue.number("SELECT count(*) FROM scheduled"),
          queue.number("SELECT count(*) FROM claimed"), queue.number("SELECT count(*) FROM failed"),
          queue.number("SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL")};
}

}  // namespace chatroom::jobs
