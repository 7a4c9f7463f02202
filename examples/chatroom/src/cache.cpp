#include "cache.h"

#include <bit>

namespace chatroom::cache {

std::int64_t hash(const std::string& key) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return std::bit_cast<std::int64_t>(hash);
}

std::optional<std::string> find(sqlite::Database& cache, const std::string& key,
                                std::int64_t max_age_ms, std::int64_t now) {
  auto row =
      cache.query("SELECT value FROM entries WHERE key_hash = ?1 AND key = ?2 AND created_at > ?3",
                  hash(key), key, now - max_age_ms);
  if (!row.next()) return std::nullopt;
  return row.text(0);
}

void put(sqlite::Database& cache, const std::string& key, const std::string& value,
         std::int64_t now) {
  // Replaced under a new id: it is the youngest again.
  cache.run(
      "INSERT OR REPLACE INTO entries(key_hash, key, value, byte_size, created_at) "
      "VALUES(?1, ?2, ?3, ?4, ?5)",
      hash(key), key, value, static_cast<std::int64_t>(key.size() + value.size()) + entry_bytes,
      now);
  if (sqlite3_last_insert_rowid(cache.handle()) % writes_per_trim == 0) trim(cache, now);
}

void forget(sqlite::Database& cache, const std::string& key) {
  cache.run("DELETE FROM entries WHERE key_hash = ?1 AND key = ?2", hash(key), key);
}

Size size(sqlite::Database& cache) {
  auto row = cache.query("SELECT count(*), coalesce(sum(byte_size), 0) FROM entries");
  if (!row.next()) return {};
  return {row.integer(0), row.integer(1)};
}

void trim(sqlite::Database& cache, std::int64_t now, std::int64_t fit_bytes) {
  cache.run("DELETE FROM entries WHERE created_at < ?1", now - most_age_ms);
  cache.run(
      "DELETE FROM entries WHERE id <= (SELECT max(id) FROM (SELECT id, sum(byte_size) OVER "
      "(ORDER BY id DESC) AS newer FROM entries) WHERE newer > ?1)",
      fit_bytes);
}

}  // namespace chatroom::cache
