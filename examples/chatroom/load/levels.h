#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "options.h"

namespace chatroom::load {

/// What one level of concurrency saw.
struct Level {
  unsigned writers = 0;
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> failures;  ///< by kind
  std::vector<double> latencies_ms;               ///< of those that did not fail
  double seconds = 0;

  [[nodiscard]] std::uint64_t failed() const;
};

/// A table with a line per level: requests/s, errors, p50, p95, p99, p99.9, p99.99 and the maximum.
/// Result: text ending in '\n'; as JSON one object a line.
[[nodiscard]] std::string render(const std::string& title, std::vector<Level> levels,
                                 Output output);

}  // namespace chatroom::load
