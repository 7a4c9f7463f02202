#include "live.h"

#include <fmt/format.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket.hpp>
#include <map>
#include <nlohmann/json.hpp>

#include "clock.h"

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

// What an error quotes need not be UTF-8.
std::string one_field(const char* name, const std::string& value) {
  const Json json = {{name, value}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// One client and what it listens to.
class Live {
 public:
  Live(App& app, WebSocket& socket)
      : app_(app), socket_(socket), listener_(app.bell, socket.get_executor()) {}

  asio::awaitable<void> run() { co_await (hear() && tell()); }

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
      if (error) break;
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
      if (request.contains("subscribe"))
        subscribe(request);
      else if (request.contains("typing"))
        co_await typing(request);
      else
        throw BadInput("neither `subscribe` nor `typing`");
    } catch (const std::exception& error) {  // a wrong type in the JSON is one of ours, too
      replies_ += one_field("error", error.what()) + "\n";
    }
    listener_.ring();
  }

  void subscribe(const Json& request) {
    const auto channel = request.at("subscribe").get<std::string>();
    if (subscriptions_.size() >= most_subscriptions) throw BadInput("too many subscriptions");
    const bool is_room = channel == room_channel(lobby);
    if (!is_room && channel != "typing:1") throw BadInput("no such channel");
    Feed& feed = is_room ? app_.feed : app_.cable;
    // As it is, also when it is above newest_id(): the process that the client comes from may have
    // seen more than this one has by now.
    const auto last = request.value("after", feed.newest_id());
    subscriptions_.insert_or_assign(channel,
                                    Subscription{&feed, is_room ? "message" : "event", last});
    replies_ += one_field("subscribed", channel) + "\n";
  }

  asio::awaitable<void> typing(const Json& request) {
    if (request.at("typing") != room_channel(lobby)) throw BadInput("no such room");
    const auto author = request.at("author").get<std::string>();
    if (author.empty() || author.size() > 40) throw BadInput("`author` must have 1 to 40 bytes");
    const auto now = milliseconds_since_1970();
    if (now - last_typing_ < between_typings_ms) co_return;
    last_typing_ = now;
    const auto event = one_field("author", author);
    co_await publish(app_, "typing:1", event);
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
  Bell::Listener listener_;
  std::map<std::string, Subscription> subscriptions_;
  std::string replies_;
  std::int64_t last_typing_ = 0;
  bool gone_ = false;
};

}  // namespace

asio::awaitable<void> serve_live(App& app, WebSocket& socket) {
  socket.set_option(timeouts());
  socket.read_message_max(most_bytes_heard);
  socket.text(true);
  Live live(app, socket);
  co_await live.run();
}

}  // namespace chatroom
