#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "databases.h"
#include "feed.h"
#include "rooms.h"

namespace chatroom {

/// Which connection of a user is in a room: a random_id().
using ConnectionId = std::int64_t;

/// Who is in which room now, across processes: rows of cable.sqlite3 that are renewed every 20 s
/// and count for 60 s, as in Campfire. A process that dies leaves nobody behind for longer, and one
/// that stops leaves its users where they are: they are back, with the next one, in a moment.
/// When somebody has come or gone, channel `presence:ROOM` gets `{"here":["ann","bo"]}`, a few
/// times a second at most: after a release a whole room comes back at once, and each event names
/// everyone. Lives on one executor; no member may be called from another thread.
class Presence {
 public:
  Presence(boost::asio::any_io_executor executor, Databases& databases, Feed& cable);

  /// Renews and forgets until stop().
  [[nodiscard]] boost::asio::awaitable<void> keep();
  /// Tells who has come or gone until stop().
  [[nodiscard]] boost::asio::awaitable<void> tell();
  void stop();

  /// A connection is in one room at a time. Errors: NotReady, sqlite::Error.
  [[nodiscard]] boost::asio::awaitable<void> enter(ConnectionId connection, RoomId room,
                                                   const User& user);
  /// Errors: none; what the database refuses now is forgotten after 60 s.
  [[nodiscard]] boost::asio::awaitable<void> leave(ConnectionId connection);

 private:
  struct Place {
    RoomId room = 0;
    User user;
  };
  boost::asio::awaitable<void> renew();
  boost::asio::awaitable<void> tell(RoomId room);

  Databases& databases_;
  Feed& cable_;
  boost::asio::steady_timer next_renewal_;
  boost::asio::steady_timer next_telling_;
  std::map<ConnectionId, Place> places_;  // of this process
  std::set<RoomId> changed_;              // since they were told of last
  bool stopping_ = false;
};

/// The names of those who are in a room, each once. Errors: sqlite::Error.
[[nodiscard]] std::vector<std::string> who_is_here(sqlite::Database& cable, RoomId room,
                                                   std::int64_t now);

}  // namespace chatroom
