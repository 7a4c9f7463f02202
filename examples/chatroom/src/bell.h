#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <set>

#include "coroutines.h"

namespace chatroom {

/// Wakes everyone who waits for news: at once when it was quiet, in a burst once in 20 ms. So a
/// message alone is not delayed, and of many at once each client gets several in one packet:
/// waking a client costs more than what it is told. Lives on one executor.
class Bell {
 public:
  /// One who waits; a ring while it is busy is not missed.
  class Listener {
   public:
    Listener(Bell& bell, const boost::asio::any_io_executor& executor)
        : bell_(bell), timer_(executor) {
      bell_.listeners_.insert(this);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener() { bell_.listeners_.erase(this); }

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
    boost::asio::steady_timer timer_;  // cancelled to wake
    bool rung_ = false;
  };

  explicit Bell(const boost::asio::any_io_executor& executor) : next_(executor) {}

  void ring() {
    if (will_ring_) return;
    const auto due = last_ + between_rings;
    if (due <= std::chrono::steady_clock::now()) return ring_now();
    will_ring_ = true;
    next_.expires_at(due);
    next_.async_wait([this](auto error) {
      if (!error) ring_now();
    });
  }
  void ring_now() {
    will_ring_ = false;
    last_ = std::chrono::steady_clock::now();
    next_.cancel();
    for (auto* listener : listeners_) listener->ring();
  }
  [[nodiscard]] std::size_t listeners() const { return listeners_.size(); }

 private:
  static constexpr std::chrono::milliseconds between_rings{20};

  std::set<Listener*> listeners_;
  boost::asio::steady_timer next_;
  std::chrono::steady_clock::time_point last_;
  bool will_ring_ = false;
};

}  // namespace chatroom
