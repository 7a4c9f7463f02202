#include "chat.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/websocket.hpp>
#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "coroutines.h"
#include "report.h"
#include "requests.h"

namespace chatroom::load {
namespace {

namespace asio = boost::asio;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using namespace std::chrono_literals;

constexpr auto patience = 30s;  // for deliveries after the last post
constexpr std::string_view delivery = "\"message\":{\"id\":";
constexpr std::string_view confirmation = "{\"subscribed\":";

// How many things happened in each slice of time.
class Rate {
 public:
  explicit Rate(Clock::duration slice) : slice_(slice) {}

  void count(Clock::time_point now) {
    if (total_++ == 0) first_ = now;
    const auto slice = static_cast<std::size_t>((now - first_) / slice_);
    if (slices_.size() <= slice) slices_.resize(slice + 1);
    ++slices_[slice];
  }
  [[nodiscard]] double most_per_s() const {
    if (slices_.empty()) return 0;
    const std::chrono::duration<double> slice = slice_;
    return static_cast<double>(*std::ranges::max_element(slices_)) / slice.count();
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  Clock::duration slice_;
  Clock::time_point first_;
  std::uint64_t total_ = 0;
  std::vector<std::uint64_t> slices_;
};

struct User {
  explicit User(asio::io_context& context) : socket(context) {}
  websocket::stream<tcp::socket> socket;
  std::vector<std::int64_t> received;
  unsigned confirmed = 0;
  bool lost_connection = false;
};

class Room {
 public:
  explicit Room(const Options& options)
      : options_(options),
        endpoint_(asio::ip::make_address(options.url->address), options.url->port),
        poster_(context_, *options.url) {}

  Chat run() {
    for (unsigned n = 0; n < options_.users; ++n) {
      users_.push_back(std::make_unique<User>(context_));
      asio::co_spawn(context_, arrive(n, *users_.back()), asio::detached);
    }
    asio::co_spawn(context_, talk(), asio::detached);
    context_.run();
    return result();
  }

 private:
  asio::awaitable<void> arrive(unsigned number, User& user) {
    asio::steady_timer timer(context_);
    timer.expires_after(std::chrono::duration_cast<Clock::duration>(
        options_.arrival * (static_cast<double>(number) / options_.users)));
    co_await timer.async_wait(no_throw);
    user.lost_connection = !co_await connect(user);
    if (!user.lost_connection) co_await listen(user);
    user.lost_connection = user.lost_connection || !leaving_;
  }

  asio::awaitable<bool> connect(User& user) {
    auto& tcp_socket = user.socket.next_layer();
    if (auto [error] = co_await tcp_socket.async_connect(endpoint_, no_throw); error) {
      co_return false;
    }
    tcp_socket.set_option(tcp::no_delay(true));
    if (auto [error] = co_await user.socket.async_handshake(options_.url->host, "/ws", no_throw);
        error) {
      co_return false;
    }
    for (const std::string channel : {"room:1", "typing:1"}) {
      const auto text = nlohmann::json{{"subscribe", channel}}.dump();
      const auto [error, size] = co_await user.socket.async_write(asio::buffer(text), no_throw);
      if (error) co_return false;
    }
    co_return true;
  }

  asio::awaitable<void> listen(User& user) {
    boost::beast::flat_buffer buffer;
    for (;;) {
      const auto [error, size] = co_await user.socket.async_read(buffer, no_throw);
      if (error) co_return;
      hear(user, {static_cast<const char*>(buffer.data().data()), buffer.size()});
      buffer.consume(size);
    }
  }

  // A frame has a line for each thing that happened; parsing JSON would measure the parser.
  void hear(User& user, std::string_view frame) {
    const auto now = Clock::now();
    while (!frame.empty()) {
      const auto line = frame.substr(0, frame.find('\n'));
      frame.remove_prefix(std::min(frame.size(), line.size() + 1));
      if (line.starts_with(confirmation) && ++user.confirmed == 2) connections_.count(now);
      const auto at = line.find(delivery);
      if (at == std::string_view::npos) continue;
      std::int64_t id = 0;
      std::from_chars(line.data() + at + delivery.size(), line.data() + line.size(), id);
      user.received.push_back(id);
      deliveries_.count(now);
      last_delivery_ = now;
    }
  }

  asio::awaitable<void> talk() {
    asio::steady_timer timer(context_);
    const auto all_here =
        Clock::now() + patience + std::chrono::duration_cast<Clock::duration>(options_.arrival);
    while (connections_.total() < options_.users && Clock::now() < all_here) {
      timer.expires_after(10ms);
      co_await timer.async_wait(no_throw);
    }
    first_post_ = Clock::now();
    for (unsigned n = 0; n < options_.messages; ++n) co_await post(n);
    const auto wanted = posted_.size() * options_.users;
    const auto end = Clock::now() + patience;
    while (deliveries_.total() < wanted && Clock::now() < end) {
      timer.expires_after(10ms);
      co_await timer.async_wait(no_throw);
    }
    leaving_ = true;
    for (auto& user : users_) {
      boost::system::error_code ignored;
      user->socket.next_layer().close(ignored);
    }
  }

  asio::awaitable<void> post(unsigned number) {
    const auto author = author_name(options_.seed, 0);
    const auto result =
        co_await poster_.send(write_request(author, fmt::format("{}-{}", author, number + 1)));
    if (result.ok())
      posted_.push_back(nlohmann::json::parse(result.response.body()).at("id"));
    else
      ++unposted_;
  }

  Chat result() const {
    Chat chat;
    chat.users = options_.users;
    chat.posted = posted_.size();
    chat.unposted = unposted_;
    for (const auto& user : users_) add(chat, *user);
    const std::chrono::duration<double> arrival = options_.arrival;
    chat.connections_per_s = static_cast<double>(connections_.total()) / arrival.count();
    chat.most_connections_per_s = connections_.most_per_s();
    const std::chrono::duration<double> took = last_delivery_ - first_post_;
    if (took.count() > 0) chat.messages_per_s = static_cast<double>(chat.delivered) / took.count();
    chat.most_messages_per_s = deliveries_.most_per_s();
    return chat;
  }

  // Others may talk, too: only what our poster said counts.
  void add(Chat& chat, const User& user) const {
    if (user.lost_connection) ++chat.unconnected;
    std::uint64_t in_order = 0;
    auto next = posted_.begin();
    for (const auto id : user.received) {
      if (std::ranges::find(posted_, id) == posted_.end()) continue;
      const auto found = std::find(next, posted_.end(), id);
      if (found == posted_.end()) {
        ++chat.repeated;
        continue;
      }
      ++in_order;
      next = found + 1;
    }
    chat.delivered += in_order;
    chat.lost += posted_.size() - in_order;
  }

  const Options& options_;
  asio::io_context context_{1};
  tcp::endpoint endpoint_;
  Client poster_;
  std::vector<std::unique_ptr<User>> users_;
  std::vector<std::int64_t> posted_;
  std::uint64_t unposted_ = 0;
  Rate connections_{1s};
  Rate deliveries_{100ms};
  Clock::time_point first_post_;
  Clock::time_point last_delivery_;
  bool leaving_ = false;
};

}  // namespace

Chat run_chat(const Options& options) { return Room(options).run(); }

std::string render(const Chat& chat, Output output) {
  const nlohmann::ordered_json json = {
      {"users", chat.users},
      {"unconnected", chat.unconnected},
      {"posted", chat.posted},
      {"unposted", chat.unposted},
      {"delivered", chat.delivered},
      {"lost", chat.lost},
      {"repeated", chat.repeated},
      {"connections_per_s", rounded(chat.connections_per_s)},
      {"most_connections_per_s", rounded(chat.most_connections_per_s)},
      {"messages_per_s", rounded(chat.messages_per_s)},
      {"most_messages_per_s", rounded(chat.most_messages_per_s)},
  };
  if (output == Output::json) return json.dump() + "\n";
  std::string table;
  for (const auto& [name, value] : json.items()) {
    table += fmt::format("{:<24}{:>12}\n", name, value.dump());
  }
  return table;
}

}  // namespace chatroom::load
