#include "status.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "clock.h"
#include "html.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t count_age_ms = 5000;

asio::awaitable<std::int64_t> count_messages(App& app) {
  const std::string key = "messages/count";
  const auto now = milliseconds_since_1970();
  const auto known = co_await app.databases.readers.next().run(
      [&](Connections& read) { return cache::find(read.cache(), key, count_age_ms, now); });
  if (known) co_return std::stoll(*known);
  const auto counted = co_await app.databases.readers.next().run(
      [](Connections& read) { return read.app().number("SELECT count(*) FROM messages"); });
  co_await app.databases.cache.run(
      [&](sqlite::Database& cache) { cache::put(cache, key, std::to_string(counted), now); });
  co_return counted;
}

nlohmann::ordered_json json_of(const Status& status) {
  return {
      {"version", status.version},
      {"sqlite", status.sqlite},
      {"records",
       {{"messages", status.messages},
        {"last_id", status.last_message},
        {"writes_per_commit", status.writes_per_commit},
        {"writes_waiting", status.writes_waiting}}},
      {"jobs",
       {{"ready", status.jobs.ready},
        {"scheduled", status.jobs.scheduled},
        {"claimed", status.jobs.claimed},
        {"failed", status.jobs.failed},
        {"finished", status.jobs.finished}}},
      {"cache", {{"entries", status.cache.entries}, {"bytes", status.cache.bytes}}},
      {"pubsub",
       {{"events", status.events},
        {"last_id", status.last_event},
        {"listeners", status.listeners}}},
  };
}

}  // namespace

asio::awaitable<Status> status_of(App& app) {
  Status status;
  status.version = app.environment.version;
  status.sqlite = sqlite3_libversion();
  status.messages = co_await count_messages(app);
  status.writes_per_commit = app.databases.app.writes_per_commit();
  status.writes_waiting = app.databases.app.waiting();
  co_await app.databases.readers.next().run([&](Connections& read) {
    status.jobs = jobs::depths(read.queue());
    status.cache = cache::size(read.cache());
    status.events = read.cable().number("SELECT count(*) FROM events");
    return 0;
  });
  status.last_message = app.feed.newest_id();
  status.last_event = app.cable.newest_id();
  status.listeners = app.bell.listeners();
  co_return status;
}

std::string render_json(const Status& status) { return json_of(status).dump() + "\n"; }

std::string render_page(const Status& status) {
  const auto json = json_of(status);
  Html page;
  page.markup(
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Chatroom: status</title>"
      "<link rel=\"stylesheet\" href=\"/style.css\"><h1>Status of version ");
  page.text(status.version).markup("</h1><p>SQLite ").text(status.sqlite).markup("</p>");
  for (const auto& [component, values] : json.items()) {
    if (!values.is_object()) continue;
    page.markup("<h2>").text(component).markup("</h2><dl>");
    for (const auto& [name, value] : values.items()) {
      page.markup("<dt>").text(name).markup("</dt><dd>").text(value.dump()).markup("</dd>");
    }
    page.markup("</dl>");
  }
  return page.markup("</html>\n").str();
}

}  // namespace chatroom
