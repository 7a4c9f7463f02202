#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>

#include "coroutines.h"

namespace chatroom {

/// Wakes everyone who waits for news, in rounds: at once when it was quiet, in a burst once in 20
/// ms. So a message alone is not delayed, and of many at once each client gets several in one
/// packet: waking a client costs more than what it is told. A round goes in small steps, because
/// the thread has requests to answer in between: a thousand clients take 10 ms. Lives on one
/// executor.
class Bell {
 public:
  /// One who waits; a ring while it is busy is not missed.
  class Listener {
   public:
    Listener(Bell& bell, const boost::asio::any_io_executor& executor)
        : bell_(bell), number_(bell.next_number_++), timer_(executor) {
      bell_.listeners_.emplace(number_, this);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { bell_.listeners_.erase(number_); }

    /// Waits for the next ring, or for `most` to pass.
    [[nodiscard]] boost::asio::awaitable<void> wait(std::chrono::seconds most) {
      timer_.expires_after(most);
      if (!rung_) co_await timer_.async_wait(no_throw);
      rung_ = false;
    }
    void ring() {
      rung_ = true;
      timer_.cancel();
    }

   private:
    Bell& bell_;
    const std::uint64_t number_;
    boost::asio::steady_timer timer_;  // cancelled to wake
    bool rung_ = false;
  };

  explicit Bell(const boost::asio::any_io_executor& executor) : pause_(executor) {}

  /// There is news: a round begins, now or when the one that goes on is over.
  void ring();
  /// Wakes everyone at once.
  void ring_all();

  [[nodiscard]] std::size_t listeners() const { return listeners_.size(); }

 private:
  void begin_round();
  void ring_some(std::uint64_t first);

  std::map<std::uint64_t, Listener*> listeners_;  // by the order in which they came
  std::uint64_t next_number_ = 0;
  boost::asio::steady_timer pause_;
  bool in_round_ = false;
  bool has_news_ = false;
};

}  // namespace chatroom
