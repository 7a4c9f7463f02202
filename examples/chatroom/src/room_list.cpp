#include "room_list.h"

#include <nlohmann/json.hpp>

#include "cached.h"

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
  co_return from_text(co_await cached(databases, list_key, list_age_ms, [](sqlite::Database& app) {
    return to_text(rooms::all(app));
  }));
}

asio::awaitable<void> forget_room_list(Databases& databases) {
  co_await databases.cache.run([](sqlite::Database& cache) { cache::forget(cache, list_key); });
}

}  // namespace chatroom
