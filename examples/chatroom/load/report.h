#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "options.h"

namespace chatroom::load {

/// What a run of `mixed` saw.
struct Tally {
  std::uint64_t requests = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t acknowledged = 0;  ///< writes answered with 2xx
  std::uint64_t reconnects = 0;
  std::map<std::string, std::uint64_t>
      failures;                      ///< by kind; `unsent` were due but found no connection
  std::vector<double> latencies_ms;  ///< of every request that was answered, from when it was due
  double seconds = 0;

  [[nodiscard]] std::uint64_t failed() const;
};

[[nodiscard]] std::string render(Tally tally, Output output);

/// The sum over all kinds.
[[nodiscard]] std::uint64_t count_of(const std::map<std::string, std::uint64_t>& failures);

/// To two decimals, as reports print.
[[nodiscard]] double rounded(double value);

/// The value that `share` (0…1) of the sorted values do not exceed; 0 when there is none.
[[nodiscard]] double percentile(const std::vector<double>& sorted, double share);

}  // namespace chatroom::load
