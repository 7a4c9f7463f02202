#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sqlite.h"

namespace chatroom {

/// The cache in cache.sqlite3, after Solid Cache: what can be computed again, kept for a while.
/// The oldest entries go first, not the least used: a read is only a read. `now` is in milliseconds
/// since 1970. Errors of every function: sqlite::Error.
namespace cache {

constexpr std::int64_t most_bytes = 256 * 1024 * 1024;         ///< Rails' template
constexpr std::int64_t most_age_ms = 14LL * 24 * 3600 * 1000;  ///< Solid Cache's max_age
constexpr std::int64_t entry_bytes = 140;                      ///< of a row besides its text
constexpr std::int64_t writes_per_trim = 100;                  ///< so it never grows far above

/// The value put at most max_age_ms ago, if it is still there.
[[nodiscard]] std::optional<std::string> find(sqlite::Database& cache, const std::string& key,
                                              std::int64_t max_age_ms, std::int64_t now);

/// One put in writes_per_trim also trims, whichever process does it.
void put(sqlite::Database& cache, const std::string& key, const std::string& value,
         std::int64_t now);

void forget(sqlite::Database& cache, const std::string& key);

struct Size {
  std::int64_t entries = 0;
  std::int64_t bytes = 0;
};
[[nodiscard]] Size size(sqlite::Database& cache);

/// Removes entries that are too old, then the oldest until the rest fits.
void trim(sqlite::Database& cache, std::int64_t now, std::int64_t fit_bytes = most_bytes);

/// 64 bits of a key (FNV-1a): an index of numbers is small. Two keys with one hash share a place; a
/// find compares the key.
[[nodiscard]] std::int64_t hash(const std::string& key);

}  // namespace cache
}  // namespace chatroom
