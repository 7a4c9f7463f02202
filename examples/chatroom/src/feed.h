#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <vector>

#include "lane.h"

namespace chatroom {

/// Tells waiting streams about new messages, whichever process wrote them.
///
/// During a release the old and the new container serve at once. They share nothing but the
/// database, so the database is the channel: `PRAGMA data_version` says every 50 ms for a few
/// microseconds whether anybody committed. What this process itself commits is announced at once.
/// Lives on one executor; no member may be called from another thread.
class Feed {
 public:
  Feed(boost::asio::any_io_executor executor, Lanes& lanes);

  /// Looks for new messages until close().
  [[nodiscard]] boost::asio::awaitable<void> watch();

  /// Waits for messages after `last` and returns the oldest of them, at most 256.
  /// Result: empty after 15 s without one, or when the feed is closed.
  [[nodiscard]] boost::asio::awaitable<std::vector<Message>> after(MessageId last);

  /// The newest message that the feed has seen; 0 before the first look.
  [[nodiscard]] MessageId newest_id() const { return newest_; }

  void look_now();
  void close();
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  boost::asio::awaitable<void> look();
  void remember(std::vector<Message> messages);

  Lanes& lanes_;
  boost::asio::steady_timer next_look_;
  boost::asio::steady_timer news_;  // never expires; cancelled to wake everyone who waits
  std::deque<Message> recent_;      // without gaps up to newest_
  MessageId newest_ = 0;
  std::int64_t seen_version_ = -1;
  Lane* watched_;  // data_version is comparable on one connection only
  bool look_again_ = false;
  bool closed_ = false;
};

}  // namespace chatroom
