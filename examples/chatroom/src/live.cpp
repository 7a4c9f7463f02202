#include "live.h"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "clock.h"
#include "coroutines.h"
#include "input.h"
#include "publish.h"
#include "random.h"
#include "replies.h"
#include "sources.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using Json = nlohmann::ordered_json;
using namespace asio::experimental::awaitable_operators;
using namespace std::chrono_literals;

constexpr std::size_t most_subscriptions = 32;
constexpr std::size_t most_bytes_heard = 4096;
constexpr std::size_t most_bytes_said = 256 * 1024;  // per frame; a slow client's next one waits
constexpr std::int64_t between_typings_ms = 500;

websocket::stream_base::timeout timeouts() {
  // A proxy in between is silent for no longer than 15 s; a client that left without a word is
  // noticed after 30 s; a stop waits for the farewell of a client no longer than 1 s.
  return {1s, 30s, true};
}

// A fraction, or a number that no id can be, is not converted: C++ does not say to what.
std::int64_t id_in(const Json& request, const char* name) {
  const auto& id = request.at(name);
  if (!id.is_number_integer()) throw BadInput(fmt::format("`{}` must be a whole number", name));
  return id.get<std::int64_t>();
}

// One client and what it listens to.
class Live {
 public:
  Live(App& app, WebSocket& socket, const std::optional<User>& user)
      : app_(app), socket_(socket), user_(user), listener_(app.bell, socket.get_executor()) {}

  asio::awaitable<void> run() {
    co_await (hear() && tell());
    co_await app_.presence.leave(connection_);
  }

 private:
  struct Subscription {
    Feed* feed;
    const char* kind;
    std::int64_t last;
  };

  asio::awaitable<void> hear() {
    boost::beast::flat_buffer buffer;
    for (;;) {
      const auto [error, size] = co_await socket_.async_read(buffer, no_throw);
      // Who says more than they listen to would fill our memory with answers.
      if (error || replies_.size() > most_bytes_said) break;
      co_await answer(boost::beast::buffers_to_string(buffer.data()));
      buffer.consume(size);
    }
    gone_ = true;
    listener_.ring();
  }

  asio::awaitable<void> answer(std::string text) {
    const auto request = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    try {
      if (!request.is_object()) throw BadInput("not a JSON object");
      co_await act(request);
    } catch (const std::exception& error) {  // a wrong type in the JSON is one of ours, too
      replies_ += one_field("error", error.what()) + "\n";
    }
    listener_.ring();
  }

  asio::awaitable<void> act(const Json& request) {
    if (request.contains("subscribe"))
      co_await subscribe(request);
    else if (request.contains("typing"))
      co_await typing(request);
    else if (request.contains("here"))
      co_await be_here(request);
    else if (request.contains("read"))
      co_await mark_read(request);
    else
      throw BadInput("none of `subscribe`, `typing`, `here` and `read`");
  }

  // The room of `room:1` and the like, when this client may enter it.
  asio::awaitable<RoomId> enter(const std::string& channel, std::string_view kind) {
    const auto room = room_of(channel, kind);
    if (room == lobby || (room && entered_.contains(*room))) co_return *room;
    if (!room || !co_await may_enter_now(*room)) throw BadInput("no such channel");
    entered_.insert(*room);
    co_return *room;
  }

  asio::awaitable<bool> may_enter_now(RoomId room) {
    co_return co_await app_.databases.readers.next().run(
        [&](Connections& read) { return rooms::may_enter(read.app(), room, user_); });
  }

  asio::awaitable<void> subscribe(const Json& request) {
    const auto channel = request.at("subscribe").get<std::string>();
    const bool is_room = channel.starts_with("room:");
    const auto kind = is_room ? "room" : channel.starts_with("typing:") ? "typing" : "presence";
    if (subscriptions_.size() >= most_subscriptions) throw BadInput("too many subscriptions");
    co_await enter(channel, kind);
    Feed& feed = is_room ? app_.feed : app_.cable;
    // As it is, also when it is above newest_id(): the process that the client comes from may have
    // seen more than this one has by now.
    const auto last = request.contains("after") ? id_in(request, "after") : feed.newest_id();
    subscriptions_.insert_or_assign(channel,
                                    Subscription{&feed, is_room ? "message" : "event", last});
    replies_ += one_field("subscribed", channel) + "\n";
  }

  asio::awaitable<void> typing(const Json& request) {
    const auto room = co_await enter(request.at("typing").get<std::string>(), "room");
    const auto author = user_ ? user_->name : request.at("author").get<std::string>();
    if (author.empty() || author.size() > 40) throw BadInput("`author` must have 1 to 40 bytes");
    const auto now = milliseconds_since_1970();
    if (now - last_typing_ < between_typings_ms) co_return;
    last_typing_ = now;
    if (!user_ && co_await is_taken(author)) throw BadInput("sign in to type under this name");
    const auto event = one_field("author", author);
    co_await publish(app_.databases, app_.cable, fmt::format("typing:{}", room), event);
  }

  asio::awaitable<bool> is_taken(std::string name) {
    co_return co_await app_.databases.readers.next().run(
        [&](Connections& read) { return accounts::is_taken(read.app(), name); });
  }

  asio::awaitable<void> be_here(const Json& request) {
    const auto room = co_await enter(request.at("here").get<std::string>(), "room");
    if (!user_) throw BadInput("sign in to be seen");
    co_await app_.presence.enter(connection_, room, *user_);
  }

  asio::awaitable<void> mark_read(const Json& request) {
    const auto room = co_await enter(request.at("read").get<std::string>(), "room");
    if (!user_) throw BadInput("sign in to have read");
    const auto id = id_in(request, "id");
    co_await app_.databases.app.run(
        [&](sqlite::Database& db) { rooms::mark_read(db, room, user_->id, id); });
  }

  asio::awaitable<void> tell() {
    while (!gone_ && !app_.feed.is_closed()) {
      std::string text = std::exchange(replies_, {});
      co_await append_news(text);
      if (text.empty()) {
        co_await listener_.wait(60s);
        continue;
      }
      const auto [error, size] = co_await socket_.async_write(asio::buffer(text), no_throw);
      if (error) break;
    }
    // The client comes back at once, to the container that has taken over.
    co_await socket_.async_close(websocket::close_code::service_restart, no_throw);
  }

  asio::awaitable<void> append_news(std::string& text) {
    for (auto& [channel, to] : subscriptions_) {
      if (text.size() > most_bytes_said) break;
      try {
        for (const auto& line : co_await to.feed->after(channel, to.last)) {
          text += fmt::format("{{\"channel\":\"{}\",\"id\":{},\"{}\":{}}}\n", channel, line.id,
                              to.kind, *line.json);
        }
      } catch (const std::runtime_error&) {
        // Locked for longer than we wait: the next news try again, from the same id.
      }
    }
  }

  App& app_;
  WebSocket& socket_;
  const std::optional<User>& user_;
  const ConnectionId connection_ = random_id();
  Bell::Listener listener_;
  std::set<RoomId> entered_;
  std::map<std::string, Subscription> subscriptions_;
  std::string replies_;
  std::int64_t last_typing_ = 0;
  bool gone_ = false;
};

}  // namespace

asio::awaitable<void> serve_live(App& app, WebSocket& socket, const std::optional<User>& user) {
  socket.set_option(timeouts());
  socket.read_message_max(most_bytes_heard);
  socket.text(true);
  socket.auto_fragment(false);  // all that is said at once is one frame, and one system call
  Live live(app, socket, user);
  co_await live.run();
}

}  // namespace chatroom
