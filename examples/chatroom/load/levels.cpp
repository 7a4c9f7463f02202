#include "levels.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "report.h"

namespace chatroom::load {
namespace {

struct Share {
  const char* name;
  double share;
};
constexpr std::array<Share, 6> shares = {
    {{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}, {"max", 1}}};

double per_second(const Level& level) {
  const auto done = static_cast<double>(level.requests - level.failed());
  return level.seconds > 0 ? done / level.seconds : 0;
}

double error_percent(const Level& level) {
  return level.requests == 0
             ? 0
             : 100 * static_cast<double>(level.failed()) / static_cast<double>(level.requests);
}

std::string as_json(const std::string& title, const Level& level) {
  nlohmann::ordered_json json = {{"title", title},
                                 {"writers", level.writers},
                                 {"requests", level.requests},
                                 {"failed", level.failed()},
                                 {"failures", level.failures},
                                 {"error_percent", rounded(error_percent(level))},
                                 {"per_second", rounded(per_second(level))}};
  for (const auto& [name, share] : shares) {
    json[fmt::format("{}_ms", name)] = rounded(percentile(level.latencies_ms, share));
  }
  return json.dump() + "\n";
}

std::string as_row(const Level& level) {
  std::string row = fmt::format("{:>7} {:>9.0f} {:>7.1f}%", level.writers, per_second(level),
                                error_percent(level));
  for (const auto& [name, share] : shares) {
    row += fmt::format(" {:>8.2f}", percentile(level.latencies_ms, share));
  }
  return row + "\n";
}

}  // namespace

std::uint64_t Level::failed() const { return count_of(failures); }

std::string render(const std::string& title, std::vector<Level> levels, Output output) {
  std::string text;
  if (output == Output::table) {
    text = fmt::format("{}\n{:>7} {:>9} {:>8}", title, "writers", "writes/s", "errors");
    for (const auto& [name, share] : shares) text += fmt::format(" {:>8}", name);
    text += "  ms\n";
  }
  for (auto& level : levels) {
    std::ranges::sort(level.latencies_ms);
    text += output == Output::table ? as_row(level) : as_json(title, level);
  }
  return text;
}

}  // namespace chatroom::load
