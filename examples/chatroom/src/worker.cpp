#include "worker.h"

#include "clock.h"
#include "coroutines.h"
#include "random.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto between_polls = 100ms;  // Solid Queue's poll
constexpr auto between_beats = 20s;    // three in a lease
constexpr int most_claims = 50;
constexpr auto between_trims = 1h;

}  // namespace

Worker::Worker(asio::any_io_executor executor, Databases& databases, Perform perform)
    : databases_(databases),
      perform_(std::move(perform)),
      process_(random_id()),
      next_look_(executor),
      next_beat_(executor) {}

asio::awaitable<void> Worker::run() {
  while (!stopping_) {
    bool worked = false;
    // Not migrated yet, or locked for longer than the busy handler waits: the next look may work.
    try {
      const auto claimed = co_await claim();
      worked = !claimed.empty();
      co_await perform(claimed);
    } catch (const std::runtime_error&) {
      has_claims_ = false;  // without a beat they are anybody's soon
    }
    if (stopping_) break;
    next_look_.expires_after(worked || look_again_ ? 0ms : between_polls);
    look_again_ = false;
    co_await next_look_.async_wait(no_throw);
  }
}

asio::awaitable<std::vector<Job>> Worker::claim() {
  const auto now = milliseconds_since_1970();
  const auto any = co_await databases_.readers.next().run(
      [=](Connections& read) { return jobs::any_due(read.queue(), now); });
  if (!any || stopping_) co_return std::vector<Job>{};
  auto claimed = co_await databases_.queue.run(
      [&](sqlite::Database& queue) { return jobs::claim(queue, process_, now, most_claims); });
  has_claims_ = !claimed.empty();
  co_return claimed;
}

asio::awaitable<void> Worker::perform(const std::vector<Job>& claimed) {
  std::vector<std::string> errors;
  for (const auto& job : claimed) {
    if (stopping_) break;
    errors.push_back(co_await try_to_perform(job));
  }
  if (claimed.empty()) co_return;
  co_await databases_.queue.run([&](sqlite::Database& queue) {
    const auto now = milliseconds_since_1970();
    for (std::size_t i = 0; i < errors.size(); ++i) {
      if (errors[i].empty())
        jobs::finish(queue, process_, claimed[i], now);
      else
        jobs::fail(queue, process_, claimed[i], errors[i], now);
    }
    jobs::release(queue, process_);
  });
  has_claims_ = false;
}

// Result: empty, or why it failed.
asio::awaitable<std::string> Worker::try_to_perform(const Job& job) {
  try {
    co_await perform_(job);
  } catch (const std::exception& error) {
    const std::string why = error.what();
    co_return why.empty() ? "no reason given" : why;
  }
  co_return "";
}

asio::awaitable<void> Worker::beat() {
  while (!stopping_) {
    next_beat_.expires_after(between_beats);
    co_await next_beat_.async_wait(no_throw);
    if (stopping_) break;
    try {
      co_await databases_.queue.run([this](sqlite::Database& queue) {
        const auto now = milliseconds_since_1970();
        if (has_claims_) jobs::beat(queue, process_, now);
        jobs::reclaim(queue, now);
        jobs::recur(queue, "trim", between_trims, now);
      });
    } catch (const std::runtime_error&) {
    }
  }
}

void Worker::look_now() {
  look_again_ = true;
  next_look_.cancel();
}

void Worker::stop() {
  stopping_ = true;
  next_look_.cancel();
  next_beat_.cancel();
}

}  // namespace chatroom
