#include "room_list.h"

#include <nlohmann/json.hpp>

#include "cache.h"
#include "clock.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

const std::string list_key = "rooms/list";
// A list that was counted just before a change, and put just after, is wrong for no longer.
constexpr std::int64_t list_age_ms = 60'000;

std::string to_text(const std::vector<rooms::Listed>& list) {
  auto json = nlohmann::json::array();
  for (const auto& [room, members] : list) json.push_back({room.id, room.name, members});
  return json.dump();
}

std::vector<rooms::Listed> from_text(const std::string& text) {
  std::vector<rooms::Listed> list;
  for (const auto& row : nlohmann::json::parse(text)) {
    list.push_back({{row.at(0), row.at(1).get<std::string>()}, row.at(2)});
  }
  return list;
}

}  // namespace

asio::awaitable<std::vector<rooms::Listed>> list_rooms(Databases& databases) {
  const auto now = milliseconds_since_1970();
  auto& reader = databases.readers.next();
  const auto cached = co_await reader.run(
      [=](Connections& read) { return cache::find(read.cache(), list_key, list_age_ms, now); });
  if (cached) co_return from_text(*cached);
  auto list = co_await reader.run([](Connections& read) { return rooms::all(read.app()); });
  const auto text = to_text(list);
  co_await databases.cache.run(
      [&](sqlite::Database& cache) { cache::put(cache, list_key, text, now); });
  co_return list;
}

asio::awaitable<void> forget_room_list(Databases& databases) {
  co_await databases.cache.run([](sqlite::Database& cache) { cache::forget(cache, list_key); });
}

}  // namespace chatroom
