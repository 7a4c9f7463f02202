#include "presence.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "clock.h"
#include "coroutines.h"
#include "publish.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto between_renewals = 20s;  // three in a time to live
constexpr std::int64_t time_to_live_ms = 60'000;
constexpr auto between_tellings = 200ms;

void put(sqlite::Database& cable, ConnectionId connection, RoomId room, const User& user) {
  cable.run(
      "INSERT INTO presences(connection_id, room_id, name, seen_at) VALUES(?1, ?2, ?3, ?4) "
      "ON CONFLICT(connection_id) DO UPDATE SET room_id = ?2, seen_at = ?4",
      connection, room, user.name, milliseconds_since_1970());
}

// Result: the rooms that somebody left without a word.
std::set<RoomId> forget_the_silent(sqlite::Database& cable) {
  auto rows = cable.query("DELETE FROM presences WHERE seen_at < ?1 RETURNING room_id",
                          milliseconds_since_1970() - time_to_live_ms);
  std::set<RoomId> left;
  while (rows.next()) left.insert(rows.integer(0));
  return left;
}

}  // namespace

std::vector<std::string> who_is_here(sqlite::Database& cable, RoomId room, std::int64_t now) {
  auto rows = cable.query(
      "SELECT DISTINCT name FROM presences WHERE room_id = ?1 AND seen_at >= ?2 ORDER BY name",
      room, now - time_to_live_ms);
  std::vector<std::string> names;
  while (rows.next()) names.push_back(rows.text(0));
  return names;
}

Presence::Presence(asio::any_io_executor executor, Databases& databases, Feed& cable)
    : databases_(databases), cable_(cable), next_renewal_(executor), next_telling_(executor) {}

asio::awaitable<void> Presence::keep() {
  while (!stopping_) {
    next_renewal_.expires_after(between_renewals);
    co_await next_renewal_.async_wait(no_throw);
    if (stopping_) break;
    // Not migrated yet, or locked for longer than the busy handler waits: the next one may work.
    try {
      co_await renew();
    } catch (const std::runtime_error&) {
    }
  }
}

void Presence::stop() {
  stopping_ = true;
  next_renewal_.cancel();
  next_telling_.cancel();
}

asio::awaitable<void> Presence::renew() {
  const auto places = places_;  // of this moment: others come and go meanwhile
  const auto left = co_await databases_.cable.run([&](sqlite::Database& cable) {
    for (const auto& [connection, place] : places) put(cable, connection, place.room, place.user);
    return forget_the_silent(cable);
  });
  changed_.insert(left.begin(), left.end());
}

asio::awaitable<void> Presence::enter(ConnectionId connection, RoomId room, const User& user) {
  const auto before = places_.find(connection);
  const RoomId old_room = before == places_.end() ? room : before->second.room;
  places_.insert_or_assign(connection, Place{room, user});
  co_await databases_.cable.run(
      [&](sqlite::Database& cable) { put(cable, connection, room, user); });
  changed_.insert({room, old_room});
}

asio::awaitable<void> Presence::leave(ConnectionId connection) {
  const auto place = places_.extract(connection);
  if (place.empty() || stopping_) co_return;
  try {
    co_await databases_.cable.run([&](sqlite::Database& cable) {
      cable.run("DELETE FROM presences WHERE connection_id = ?1", connection);
    });
    changed_.insert(place.mapped().room);
  } catch (const std::runtime_error&) {
  }
}

asio::awaitable<void> Presence::tell() {
  while (!stopping_) {
    next_telling_.expires_after(between_tellings);
    co_await next_telling_.async_wait(no_throw);
    for (const auto room : std::exchange(changed_, {})) {
      try {
        co_await tell(room);
      } catch (const std::runtime_error&) {
        changed_.insert(room);
      }
    }
  }
}

asio::awaitable<void> Presence::tell(RoomId room) {
  const auto here = co_await databases_.readers.next().run([=](Connections& read) {
    return who_is_here(read.cable(), room, milliseconds_since_1970());
  });
  const nlohmann::json event = {{"here", here}};
  const auto text = event.dump();
  co_await publish(databases_, cable_, fmt::format("presence:{}", room), text);
}

}  // namespace chatroom
