#include "write.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "ack_log.h"
#include "coroutines.h"
#include "requests.h"

namespace chatroom::load {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// One level: its writers and what they saw.
class Writers {
 public:
  Writers(const Options& options, unsigned writers, std::uint64_t seed, AckLog& ack_log)
      : options_(options), seed_(seed), ack_log_(ack_log), tick_(context_) {
    level_.writers = writers;
  }

  Level run() {
    const auto start = Clock::now();
    end_ = start + std::chrono::duration_cast<Clock::duration>(options_.time);
    running_ = level_.writers;
    for (unsigned number = 0; number < level_.writers; ++number) {
      clients_.push_back(std::make_unique<Client>(context_, *options_.url));
      asio::co_spawn(context_, write(number, *clients_.back()), asio::detached);
    }
    asio::co_spawn(context_, supervise(), asio::detached);
    context_.run();
    level_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(level_);
  }

 private:
  asio::awaitable<void> write(unsigned number, Client& client) {
    const auto author = author_name(seed_, number);
    for (std::uint64_t n = 1; Clock::now() < end_ && level_.requests < options_.requests; ++n) {
      const auto client_id = fmt::format("{}-{}", author, n);
      ++level_.requests;
      const auto begin = Clock::now();
      record(client_id, begin, co_await client.send(write_request(author, client_id)));
    }
    if (--running_ == 0) tick_.cancel();
  }

  void record(const std::string& client_id, Clock::time_point begin, const Result& result) {
    if (!result.ok()) {
      ++level_.failures[result.failure];
      return;
    }
    const std::chrono::duration<double, std::milli> latency = Clock::now() - begin;
    level_.latencies_ms.push_back(latency.count());
    ack_log_.add(client_id);
  }

  asio::awaitable<void> supervise() {
    while (running_ > 0) {
      for (auto& client : clients_) client->break_off_if_late(Clock::now());
      tick_.expires_after(50ms);
      co_await tick_.async_wait(no_throw);
    }
  }

  const Options& options_;
  const std::uint64_t seed_;
  AckLog& ack_log_;
  asio::io_context context_{1};
  asio::steady_timer tick_;
  std::vector<std::unique_ptr<Client>> clients_;
  unsigned running_ = 0;
  Clock::time_point end_;
  Level level_;
};

}  // namespace

std::vector<Level> run_write(const Options& options) {
  AckLog ack_log(options.ack_log);
  std::vector<Level> levels;
  for (const unsigned writers : options.levels) {
    const auto seed = options.seed + levels.size();  // no client_id twice
    levels.push_back(Writers(options, writers, seed, ack_log).run());
  }
  return levels;
}

}  // namespace chatroom::load
