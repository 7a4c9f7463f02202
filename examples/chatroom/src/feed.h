#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bell.h"
#include "readers.h"

namespace chatroom {

/// Something that happened, as clients get it: one line of JSON, made once for all who listen.
struct Line {
  std::int64_t id = 0;
  std::string channel;  ///< `room:1`, `typing:1`, …
  std::shared_ptr<const std::string> json;
};

/// A table whose rows are only ever appended, with rising ids.
struct Source {
  sqlite::Database& (*database)(Connections&);
  /// The newest rows; rows after an id, of all channels or of one. Oldest first.
  std::vector<Line> (*newest)(sqlite::Database&, int limit);
  std::vector<Line> (*after)(sqlite::Database&, std::int64_t last, int limit);
  std::vector<Line> (*after_in)(sqlite::Database&, const std::string& channel, std::int64_t last,
                                int limit);
};

/// Publishes the rows of a table to whoever listens, whichever process wrote them.
///
/// During a release the old and the new container serve at once. They share nothing but the
/// databases, so the table is the channel: `PRAGMA data_version` says every 50 ms for a few
/// microseconds whether anybody committed. What this process itself commits is announced at once,
/// and the last 4096 rows stay in memory, so that a thousand listeners cost one read. Since ids
/// rise, "after the last id that I saw" is all that a client needs to miss nothing, also when it
/// comes back to another process.
/// Lives on one executor; no member may be called from another thread.
class Feed {
 public:
  Feed(boost::asio::any_io_executor executor, Readers& readers, Bell& bell, Source source);

  /// Looks for new rows until close().
  [[nodiscard]] boost::asio::awaitable<void> watch();

  /// Rows of a channel after `last`, oldest first, at most 256; `last` moves behind what was seen.
  /// Result: empty when there is none now, or when the feed is closed.
  /// Errors: NotReady, sqlite::Error.
  [[nodiscard]] boost::asio::awaitable<std::vector<Line>> after(const std::string& channel,
                                                                std::int64_t& last);

  /// The newest row that the feed has seen; 0 before the first look.
  [[nodiscard]] std::int64_t newest_id() const { return newest_; }

  void look_now();
  void close();
  [[nodiscard]] bool is_closed() const { return closed_; }

 private:
  boost::asio::awaitable<void> look();
  void remember(std::vector<Line> lines);

  Readers& readers_;
  Bell& bell_;
  const Source source_;
  boost::asio::steady_timer next_look_;
  std::deque<Line> recent_;  // without gaps up to newest_, by id
  std::int64_t newest_ = 0;
  std::int64_t seen_version_ = -1;
  Reader& watched_;  // data_version is comparable on one connection only
  bool look_again_ = false;
  bool closed_ = false;
};

}  // namespace chatroom
