#include "background.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "accounts.h"
#include "cache.h"
#include "clock.h"
#include "links.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

// Replaces what an earlier try that died half-way may have left.
asio::awaitable<void> find_links(App& app, MessageId id) {
  const auto message = co_await app.databases.readers.next().run(
      [&](Connections& read) { return messages::find(read.app(), id); });
  if (!message) co_return;
  const auto found = links::find_in(message->body);
  if (found.empty()) co_return;
  co_await app.databases.app.run([&](sqlite::Database& db) { links::put(db, id, found); });
}

asio::awaitable<void> trim(App& app) {
  const auto now = milliseconds_since_1970();
  while (co_await app.databases.queue.run(
             [=](sqlite::Database& queue) { return jobs::trim(queue, now); }) > 0) {
  }
  co_await app.databases.app.run([=](sqlite::Database& db) { accounts::trim(db, now); });
  co_await app.databases.cable.run([=](sqlite::Database& cable) {
    cable.run("DELETE FROM events WHERE created_at < ?1", now - day_ms);
  });
  co_await app.databases.cache.run([=](sqlite::Database& cache) { cache::trim(cache, now); });
}

// One write(2): lines of two processes do not mix.
void log_job(const std::string& file, const Job& job) {
  const auto line = fmt::format("{} {}\n", job.kind, job.about);
  const int fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
  const bool written = fd >= 0 && ::write(fd, line.data(), line.size()) == std::ssize(line);
  ::close(fd);
  if (!written) throw std::runtime_error("cannot write the job log " + file);
}

}  // namespace

asio::awaitable<void> perform(App& app, const Job& job) {
  if (app.faults.jobs_fail_once && job.attempts == 1) throw std::runtime_error("JOBS_FAIL_ONCE=1");
  if (job.kind == "notify")
    co_await find_links(app, job.about);
  else if (job.kind == "trim")
    co_await trim(app);
  else
    throw std::runtime_error("no such kind of job: " + job.kind);
  if (!app.faults.job_log.empty()) log_job(app.faults.job_log, job);
}

}  // namespace chatroom
