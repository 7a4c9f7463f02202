#include "contend.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <mutex>
#include <thread>

#include "messages.h"
#include "schema.h"
#include "settings.h"
#include "writer.h"

namespace chatroom::load {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int stock_timeout_ms = 5000;  // Rails' `timeout:`

// Reads before it writes, as an app that checks something first does.
void transact(sqlite::Database& db, const std::string& body) {
  const auto room = db.number("SELECT id FROM rooms WHERE id = ?1", std::int64_t{1});
  db.run("UPDATE rooms SET created_at = created_at + 1 WHERE id = ?1", room);
  messages::add(db, {"contend", body, std::nullopt});
}

// Every writer's own connection.
sqlite::Database open_own(const std::filesystem::path& file, Sharing sharing) {
  auto db = open_database(file, Access::write);
  if (sharing != Sharing::fair) sqlite3_busy_timeout(db.handle(), stock_timeout_ms);
  return db;
}

// What sqlite::WriteTransaction is there to replace.
void write_deferred(sqlite::Database& db, const std::string& body) {
  db.execute("BEGIN");
  try {
    transact(db, body);
    db.execute("COMMIT");
  } catch (...) {
    db.execute("ROLLBACK");
    throw;
  }
}

void write_once(sqlite::Database& db, Sharing sharing, const std::string& body) {
  if (sharing == Sharing::deferred) return write_deferred(db, body);
  sqlite::WriteTransaction transaction(db);
  transact(db, body);
  transaction.commit();
}

class Contest {
 public:
  Contest(const Options& options, std::filesystem::path storage, Sharing sharing)
      : options_(options), storage_(std::move(storage)), sharing_(sharing) {}

  Level run(unsigned writers) {
    level_ = {};
    level_.writers = writers;
    const auto start = Clock::now();
    end_ = start + std::chrono::duration_cast<Clock::duration>(options_.time);
    if (sharing_ == Sharing::queue)
      write_queued(writers);
    else
      write_in_threads(writers);
    level_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(level_);
  }

 private:
  void write_in_threads(unsigned writers) {
    std::vector<std::jthread> threads;
    for (unsigned n = 0; n < writers; ++n) {
      threads.emplace_back([this] {
        auto db = open_own(storage_ / app_schema().file, sharing_);
        while (Clock::now() < end_) measure([&] { write_once(db, sharing_, body_); });
      });
    }
  }

  // As the app does it: coroutines on one thread, the writer on another.
  void write_queued(unsigned writers) {
    boost::asio::io_context context{1};
    Writer writer(storage_, app_schema());
    const auto loop = [&]() -> boost::asio::awaitable<void> {
      while (Clock::now() < end_) {
        const auto begin = Clock::now();
        co_await writer.run([this](sqlite::Database& db) { transact(db, body_); });
        succeeded(begin);
      }
    };
    for (unsigned n = 0; n < writers; ++n) {
      boost::asio::co_spawn(context, loop, boost::asio::detached);
    }
    context.run();
  }

  template <class Write>
  void measure(Write write) {
    const auto begin = Clock::now();
    try {
      write();
      succeeded(begin);
    } catch (const sqlite::Error& error) {
      const std::lock_guard lock(mutex_);
      ++level_.requests;
      ++level_.failures[sqlite3_errstr(error.primary_code())];
    }
  }

  void succeeded(Clock::time_point begin) {
    const std::chrono::duration<double, std::milli> latency = Clock::now() - begin;
    const std::lock_guard lock(mutex_);
    ++level_.requests;
    level_.latencies_ms.push_back(latency.count());
  }

  const Options& options_;
  const std::filesystem::path storage_;
  const Sharing sharing_;
  const std::string body_ = std::string(300, 'x');
  std::mutex mutex_;
  Level level_;
  Clock::time_point end_;
};

}  // namespace

std::vector<Level> run_contend(const Options& options, Sharing sharing) {
  const auto storage = std::filesystem::path(*options.db) / name_of(sharing);
  std::filesystem::create_directories(storage);
  bring_up_to_date(storage, app_schema());
  Contest contest(options, storage, sharing);
  std::vector<Level> levels;
  for (const unsigned writers : options.levels) levels.push_back(contest.run(writers));
  return levels;
}

const char* name_of(Sharing sharing) {
  switch (sharing) {
    case Sharing::deferred:
      return "deferred";
    case Sharing::immediate:
      return "immediate";
    case Sharing::fair:
      return "fair";
    case Sharing::queue:
      return "queue";
  }
  return "";
}

}  // namespace chatroom::load
