#include "status.h"

#include <fmt/format.h>

#include "cached.h"
#include "clock.h"
#include "jobs.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t count_age_ms = 5000;
constexpr const char* settings[] = {"journal_mode", "synchronous", "foreign_keys", "mmap_size",
                                    "temp_store"};

template <class Number>
Component::Value value(const char* name, Number number) {
  return {name, static_cast<double>(number)};
}

// Counted at most five seconds ago: a count reads the whole index.
asio::awaitable<std::int64_t> count_messages(App& app) {
  const auto count = [](sqlite::Database& db) {
    return std::to_string(db.number("SELECT count(*) FROM messages"));
  };
  co_return std::stoll(co_await cached(app.databases, "messages/count", count_age_ms, count));
}

std::vector<std::vector<std::string>> all_rows(sqlite::Query rows, int columns) {
  std::vector<std::vector<std::string>> table;
  while (rows.next()) {
    auto& row = table.emplace_back();
    for (int column = 0; column < columns; ++column) row.push_back(rows.text(column));
  }
  return table;
}

std::string text_of(sqlite::Query row) { return row.next() ? row.text(0) : ""; }

}  // namespace

asio::awaitable<Component> records_state(App& app) {
  Component state{"records",
                  "Users, rooms and messages in app.sqlite3: one writer behind a queue, readers "
                  "beside it.",
                  {},
                  "Settings of a connection",
                  {"pragma", "value"},
                  {}};
  const auto messages = co_await count_messages(app);
  co_await app.databases.readers.next().run([&](Connections& read) {
    auto& db = read.app();
    state.values = {value("messages", messages), value("last_id", app.feed.newest_id()),
                    value("users", db.number("SELECT count(*) FROM users")),
                    value("rooms", db.number("SELECT count(*) FROM rooms"))};
    for (const auto* name : settings) {
      state.rows.push_back({name, text_of(db.query(fmt::format("PRAGMA {}", name)))});
    }
  });
  state.values.push_back(value("writes_per_commit", app.databases.app.writes_per_commit()));
  state.values.push_back(value("writes_waiting", app.databases.app.waiting()));
  state.rows.push_back({"SQLite", sqlite3_libversion()});
  co_return state;
}

asio::awaitable<Component> jobs_state(App& app) {
  co_return co_await app.databases.readers.next().run([](Connections& read) {
    const auto depths = jobs::depths(read.queue());
    return Component{
        "jobs",
        "Work for later in queue.sqlite3: a claim is a row that moves, so no two "
        "processes run the same job.",
        {value("ready", depths.ready), value("scheduled", depths.scheduled),
         value("claimed", depths.claimed), value("failed", depths.failed),
         value("finished", depths.finished)},
        "Given up",
        {"kind", "about", "error"},
        all_rows(read.queue().query("SELECT jobs.kind, jobs.message_id, failed.error FROM failed "
                                    "JOIN jobs ON jobs.id = failed.job_id "
                                    "ORDER BY failed.job_id DESC LIMIT 20"),
                 3)};
  });
}

asio::awaitable<Component> cache_state(App& app) {
  co_return co_await app.databases.readers.next().run([](Connections& read) {
    const auto size = cache::size(read.cache());
    return Component{
        "cache",
        "What can be computed again in cache.sqlite3: the oldest goes first.",
        {value("entries", size.entries), value("bytes", size.bytes),
         value("most_bytes", cache::most_bytes)},
        "Newest entries",
        {"key", "bytes"},
        all_rows(read.cache().query("SELECT key, byte_size FROM entries ORDER BY id DESC LIMIT 20"),
                 2)};
  });
}

asio::awaitable<Component> pubsub_state(App& app) {
  auto state = co_await app.databases.readers.next().run([](Connections& read) {
    return Component{
        "pubsub",
        "What happens now in cable.sqlite3: in memory inside a process, the table across "
        "processes.",
        {value("events", read.cable().number("SELECT count(*) FROM events")),
         value("here", read.cable().number("SELECT count(DISTINCT name) FROM presences"))},
        "Channels",
        {"channel", "events"},
        all_rows(read.cable().query("SELECT channel, count(*) FROM events GROUP BY channel "
                                    "ORDER BY 2 DESC LIMIT 20"),
                 2)};
  });
  state.values.push_back(value("last_id", app.cable.newest_id()));
  state.values.push_back(value("listeners", app.bell.listeners()));
  co_return state;
}

}  // namespace chatroom
