#include "publish.h"

#include "clock.h"

namespace chatroom {

boost::asio::awaitable<void> publish(Databases& databases, Feed& cable, std::string channel,
                                     std::string payload) {
  co_await databases.cable.run([&](sqlite::Database& db) {
    db.run("INSERT INTO events(channel, payload, created_at) VALUES(?1, ?2, ?3)", channel, payload,
           milliseconds_since_1970());
  });
  cable.look_now();
}

}  // namespace chatroom
