// Who holds the lock.

#include <fmt/core.h>

#include "liteship/release.h"
#include "support/json.h"

namespace liteship {
namespace {

std::string ago(std::int64_t seconds) {
  if (seconds < 0) seconds = 0;  // the clocks differ
  if (seconds < 90) return fmt::format("{} s", seconds);
  if (seconds < 5400) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

// Kamal writes base64 text: "Locked by: …\nVersion: …\nMessage: …".
std::string describe_kamal(const nlohmann::json& holder) {
  const auto details = base64_decode(text_at(holder, "details"));
  return details ? "Kamal: " + replace_all(trim(*details), "\n", ", ") : "Kamal";
}

}  // namespace

std::string describe_holder(const std::string& json, std::int64_t now) {
  const nlohmann::json holder = read_json(json);
  if (!holder.is_object()) return "somebody";
  const std::string kind = text_at(holder, "kind");
  if (kind == "kamal") return describe_kamal(holder);
  std::string text = text_at(holder, "by");
  if (text.empty()) text = "somebody";
  // Before 1970 is no time of ours, and could be too far back to subtract.
  if (const std::int64_t since = integer_at(holder, "since"); since > 0) {
    text += fmt::format(", for {}", ago(now - since));
  }
  const std::string command = text_at(holder, "command");
  if (kind == "manual") return text + (command.empty() ? "" : ": " + command);
  return text + (command.empty() ? "" : " (`" + command + "`)");
}

}  // namespace liteship
