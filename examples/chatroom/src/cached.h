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
  auto& reader = databases.readers.next();
  const auto known = co_await reader.run(
      [&](Connections& read) { return cache::find(read.cache(), key, max_age_ms, now); });
  if (known) co_return *known;
  const std::string made = co_await reader.run([&](Connections& read) { return make(read.app()); });
  co_await databases.cache.run([&](sqlite::Database& cache) { cache::put(cache, key, made, now); });
  co_return made;
}

}  // namespace chatroom
