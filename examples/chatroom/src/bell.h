#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <set>

#include "coroutines.h"

namespace chatroom {

/// Wakes everyone who waits for news. Lives on one executor.
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

  void ring() {
    for (auto* listener : listeners_) listener->ring();
  }
  [[nodiscard]] std::size_t listeners() const { return listeners_.size(); }

 private:
  std::set<Listener*> listeners_;
};

}  // namespace chatroom
