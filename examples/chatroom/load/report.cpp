#include "report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace chatroom::load {
namespace {

nlohmann::ordered_json json_of(const Tally& tally) {
  const auto at = [&](double share) { return rounded(percentile(tally.latencies_ms, share)); };
  nlohmann::ordered_json json = {
      {"requests", tally.requests},
      {"failed", tally.failed()},
      {"failures", tally.failures},
      {"reads", tally.reads},
      {"writes", tally.writes},
      {"acknowledged", tally.acknowledged},
      {"reconnects", tally.reconnects},
      {"seconds", rounded(tally.seconds)},
      {"p50_ms", at(0.5)},
      {"p95_ms", at(0.95)},
      {"p99_ms", at(0.99)},
      {"max_ms", at(1)},
  };
  json["rps"] =
      tally.seconds > 0 ? rounded(static_cast<double>(tally.requests) / tally.seconds) : 0;
  return json;
}

}  // namespace

std::uint64_t count_of(const std::map<std::string, std::uint64_t>& failures) {
  std::uint64_t sum = 0;
  for (const auto& [kind, count] : failures) sum += count;
  return sum;
}

double rounded(double value) { return std::round(value * 100) / 100; }

std::uint64_t Tally::failed() const { return count_of(failures); }

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto rank = std::ceil(share * static_cast<double>(sorted.size()));
  return sorted[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::string render(Tally tally, Output output) {
  std::ranges::sort(tally.latencies_ms);
  const auto json = json_of(tally);
  if (output == Output::json) return json.dump() + "\n";
  std::string table;
  for (const auto& [name, value] : json.items()) {
    if (name != "failures") table += fmt::format("{:<13}{:>12}\n", name, value.dump());
  }
  for (const auto& [kind, count] : tally.failures) {
    table += fmt::format("  {:>10} × {}\n", count, kind);
  }
  return table;
}

}  // namespace chatroom::load
