#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "cache.h"
#include "clock.h"
#include "databases.h"

namespace chatroom {

/// The text of `key`, at most max_age_ms old; else what `make(app)` gives, put for the next one.
/// Errors: those of `make`, sqlite::Error.
template <class Make>
boost::asio::awaitable<std::string> cached(Databases& databases, std::string key,
                                           std::int64_t max_age_ms, Make make) {
  const auto now = milliseconds_since_1970();
  bool is_new = false;
  const std::string text = co_await databases.readers.next().run([&](Connections& read) {
    const auto known = cache::find(read.cache(), key, max_age_ms, now);
    is_new = !known;
    return known ? *known : make(read.app());
  });
  if (is_new) {
    co_await databases.cache.run(
        [&](sqlite::Database& cache) { cache::put(cache, key, text, now); });
  }
  co_return text;
}

}  // namespace chatroom
