#include "feed.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>

namespace chatroom {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto between_looks = 50ms;  // what a person in a chat does not notice
constexpr auto heartbeat = 15s;       // proxies close streams that are silent for 30–60 s
constexpr int batch = 256;
constexpr std::size_t most_recent = 1024;

struct News {
  std::int64_t version;
  std::vector<Message> messages;
};

}  // namespace

Feed::Feed(asio::any_io_executor executor, Lanes& lanes)
    : lanes_(lanes),
      next_look_(executor),
      news_(executor, asio::steady_timer::time_point::max()),
      watched_(&lanes.reader()) {}

asio::awaitable<void> Feed::watch() {
  auto last_beat = std::chrono::steady_clock::now();
  while (!closed_) {
    // Not migrated yet, or locked for longer than the busy handler waits: the next look may work.
    try {
      co_await look();
    } catch (const std::runtime_error&) {
      seen_version_ = -1;
    }
    if (std::chrono::steady_clock::now() - last_beat >= heartbeat) {
      last_beat = std::chrono::steady_clock::now();
      news_.cancel();
    }
    if (closed_) break;
    next_look_.expires_after(look_again_ ? 0ms : between_looks);
    look_again_ = false;
    co_await next_look_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<void> Feed::look() {
  const bool first_look = seen_version_ == -1 && newest_ == 0;
  auto news = co_await watched_->run([this, first_look](Store& store) {
    // The version first: a commit in between is seen twice rather than never.
    News found{store.data_version(), {}};
    if (first_look)
      found.messages = store.newest(batch);
    else if (found.version != seen_version_)
      found.messages = store.after(newest_, batch);
    return std::optional(std::move(found));
  });
  const bool complete = news->messages.size() < batch || first_look;
  seen_version_ = complete ? news->version : -1;
  if (!complete) look_again_ = true;
  remember(std::move(news->messages));
}

void Feed::remember(std::vector<Message> messages) {
  if (messages.empty()) return;
  newest_ = messages.back().id;
  for (auto& message : messages) recent_.push_back(std::move(message));
  while (recent_.size() > most_recent) recent_.pop_front();
  news_.cancel();
}

asio::awaitable<std::vector<Message>> Feed::after(MessageId last) {
  if (closed_) co_return std::vector<Message>{};
  if (last >= newest_) co_await news_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (closed_ || last >= newest_) co_return std::vector<Message>{};
  if (recent_.front().id > last + 1) {  // came back after a long time: the database knows
    co_return co_await lanes_.reader().run(
        [last](Store& store) { return store.after(last, batch); });
  }
  std::vector<Message> messages;
  for (const auto& message : recent_) {
    if (message.id > last && messages.size() < batch) messages.push_back(message);
  }
  co_return messages;
}

void Feed::look_now() {
  look_again_ = true;
  next_look_.cancel();
}

void Feed::close() {
  closed_ = true;
  next_look_.cancel();
  news_.cancel();
}

}  // namespace chatroom
