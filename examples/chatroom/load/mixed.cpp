#include "mixed.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <deque>
#include <filesystem>
#include <memory>

#include "ack_log.h"
#include "coroutines.h"
#include "requests.h"

namespace chatroom::load {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto overtime = 40s;  // for requests that are late, and for one last timeout

// SplitMix64: the same seed gives the same mix, request by request.
std::uint64_t scramble(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        signals_(context_, SIGINT, SIGTERM),
        tick_(context_),
        ack_log_(options.ack_log) {}

  Tally run() {
    start_ = Clock::now();
    end_ = start_ + std::chrono::duration_cast<Clock::duration>(options_.time);
    signals_.async_wait([this](auto error, int) {
      if (!error) stop();
    });
    for (unsigned number = 0; number < options_.connections; ++number) {
      clients_.push_back(std::make_unique<Client>(context_, *options_.url));
      ++running_;
      asio::co_spawn(context_, author(number, *clients_.back(), pacers_.emplace_back(context_)),
                     asio::detached);
    }
    asio::co_spawn(context_, supervise(), asio::detached);
    context_.run();
    finish();
    return std::move(tally_);
  }

 private:
  [[nodiscard]] Clock::time_point due(std::uint64_t ticket) const {
    const std::chrono::duration<double> offset(static_cast<double>(ticket) / options_.rps);
    return start_ + std::chrono::duration_cast<Clock::duration>(offset);
  }

  asio::awaitable<void> author(unsigned number, Client& client, asio::steady_timer& pacer) {
    const auto name = author_name(options_.seed, number);
    for (std::uint64_t sequence = 0; due(next_) < end_;) {
      const auto ticket = next_++;
      pacer.expires_at(due(ticket));
      co_await pacer.async_wait(no_throw);
      if (due(ticket) >= end_) break;  // stopped while waiting
      const bool reads = scramble(options_.seed + ticket) % 100 < options_.reads;
      if (reads) {
        record(ticket, co_await client.send(read_request()));
        ++tally_.reads;
      } else {
        co_await write(ticket, client, name, ++sequence);
      }
    }
    if (--running_ == 0) stop_supervising();
  }

  asio::awaitable<void> write(std::uint64_t ticket, Client& client, std::string author,
                              std::uint64_t sequence) {
    const auto client_id = fmt::format("{}-{}", author, sequence);
    const auto result = co_await client.send(write_request(author, client_id));
    record(ticket, result);
    ++tally_.writes;
    if (!result.ok()) co_return;
    ++tally_.acknowledged;
    ack_log_.add(client_id);
  }

  void record(std::uint64_t ticket, const Result& result) {
    ++tally_.requests;
    if (!result.ok()) {
      ++tally_.failures[result.failure];
      return;
    }
    const std::chrono::duration<double, std::milli> latency = Clock::now() - due(ticket);
    tally_.latencies_ms.push_back(latency.count());
  }

  asio::awaitable<void> supervise() {
    while (running_ > 0) {
      const auto now = Clock::now();
      for (auto& client : clients_) client->break_off_if_late(now);
      const auto& file = options_.until_file_exists;
      if (file && end_ > now && std::filesystem::exists(*file)) stop();
      if (now > end_ + overtime) give_up();
      tick_.expires_after(50ms);
      co_await tick_.async_wait(no_throw);
    }
  }

  // Requests that are due by now are still sent, those on their way are waited for. Who waits for
  // the time of a later one (connections / rps ahead) goes home now: that time would count as load.
  void stop() {
    end_ = std::min(end_, Clock::now());
    for (auto& pacer : pacers_) pacer.cancel();
  }

  // So far behind that the rest is never sent: that is a failure of each of them.
  void give_up() {
    while (due(next_) < end_) {
      ++next_;
      ++tally_.requests;
      ++tally_.failures["unsent"];
    }
  }

  void stop_supervising() {
    tick_.cancel();
    boost::system::error_code ignored;
    signals_.cancel(ignored);
  }

  void finish() {
    tally_.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    for (const auto& client : clients_) tally_.reconnects += client->reconnects();
  }

  const Options& options_;
  asio::io_context context_{1};
  asio::signal_set signals_;
  asio::steady_timer tick_;
  AckLog ack_log_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::deque<asio::steady_timer> pacers_;  // one per client
  unsigned running_ = 0;
  std::uint64_t next_ = 0;  // the first ticket that nobody has taken
  Clock::time_point start_;
  Clock::time_point end_;
  Tally tally_;
};

}  // namespace

Tally run_mixed(const Options& options) { return Run(options).run(); }

}  // namespace chatroom::load
