#include "feed.h"

#include <algorithm>
#include <chrono>
#include <optional>

namespace chatroom {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto between_looks = 50ms;  // what a person in a chat does not notice
constexpr int most_at_once = 256;
constexpr std::size_t most_recent = 4096;

struct News {
  std::int64_t version;
  std::vector<Line> lines;
};

}  // namespace

Feed::Feed(asio::any_io_executor executor, Readers& readers, Bell& bell, Source source)
    : readers_(readers),
      bell_(bell),
      source_(source),
      next_look_(executor),
      watched_(readers.next()) {}

asio::awaitable<void> Feed::watch() {
  while (!closed_) {
    // Not migrated yet, or locked for longer than the busy handler waits: the next look may work.
    try {
      co_await look();
    } catch (const std::runtime_error&) {
      seen_version_ = -1;
    }
    if (closed_) break;
    next_look_.expires_after(look_again_ ? 0ms : between_looks);
    look_again_ = false;
    co_await next_look_.async_wait(no_throw);
  }
}

asio::awaitable<void> Feed::look() {
  const bool first_look = seen_version_ == -1 && newest_ == 0;
  auto news = co_await watched_.run([this, first_look](Connections& read) {
    auto& db = source_.database(read);
    // The version first: a commit in between is seen twice rather than never.
    News found{db.number("PRAGMA data_version"), {}};
    if (first_look)
      found.lines = source_.newest(db, most_at_once);
    else if (found.version != seen_version_)
      found.lines = source_.after(db, newest_, most_at_once);
    return std::optional(std::move(found));
  });
  const bool complete = news->lines.size() < most_at_once || first_look;
  seen_version_ = complete ? news->version : -1;
  if (!complete) look_again_ = true;
  remember(std::move(news->lines));
}

void Feed::remember(std::vector<Line> lines) {
  if (lines.empty()) return;
  newest_ = lines.back().id;
  for (auto& line : lines) recent_.push_back(std::move(line));
  while (recent_.size() > most_recent) recent_.pop_front();
  bell_.ring();
}

asio::awaitable<std::vector<Line>> Feed::after(const std::string& channel, std::int64_t& last) {
  std::vector<Line> lines;
  // Came back after a long time: the database knows what happened up to the first recent one.
  while (!closed_ && last < newest_ && recent_.front().id > last + 1) {
    const auto first_recent = recent_.front().id;  // before the query: recent_ moves on meanwhile
    lines = co_await readers_.next().run([&](Connections& read) {
      return source_.after_in(source_.database(read), channel, last, most_at_once);
    });
    last = lines.empty() ? first_recent - 1 : lines.back().id;
    if (!lines.empty()) co_return lines;
  }
  if (closed_) co_return lines;
  auto next = std::ranges::upper_bound(recent_, last, {}, &Line::id);
  for (; next != recent_.end() && lines.size() < most_at_once; ++next) {
    last = next->id;
    if (next->channel == channel) lines.push_back(*next);
  }
  co_return lines;
}

void Feed::look_now() {
  look_again_ = true;
  next_look_.cancel();
}

void Feed::close() {
  closed_ = true;
  next_look_.cancel();
  bell_.ring_all();
}

}  // namespace chatroom
