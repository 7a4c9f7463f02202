#pragma once

#include <string>

#include "cache.h"
#include "jobs.h"
#include "routes.h"

namespace chatroom {

/// The state of each component, for the curious.
struct Status {
  std::string version;
  std::string sqlite;
  std::int64_t messages = 0;  ///< counted at most five seconds ago: a count reads the whole index
  double writes_per_commit = 0;
  std::size_t writes_waiting = 0;
  jobs::Depths jobs;
  cache::Size cache;
  std::int64_t events = 0;
  std::int64_t last_message = 0;  ///< ids
  std::int64_t last_event = 0;
  std::size_t listeners = 0;  ///< streams and WebSockets of this process
};

/// Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<Status> status_of(App& app);

[[nodiscard]] std::string render_page(const Status& status);
[[nodiscard]] std::string render_json(const Status& status);

}  // namespace chatroom
