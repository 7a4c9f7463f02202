// Who holds the lock.

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "liteship/release.h"

namespace liteship {
namespace {

std::string ago(std::int64_t seconds) {
  if (seconds < 0) seconds = 0;  // the clocks differ
  if (seconds < 90) return fmt::format("{} s", seconds);
  if (seconds < 5400) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h", seconds / 3600);
}

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// Kamal writes base64 text: "Locked by: …\nVersion: …\nMessage: …".
std::string describe_kamal(const nlohmann::json& holder) {
  const auto details = base64_decode(text_of(holder, "details"));
  return details ? "Kamal: " + replace_all(trim(*details), "\n", ", ") : "Kamal";
}

}  // namespace

std::string describe_holder(const std::string& json, std::int64_t now) {
  const nlohmann::json holder = nlohmann::json::parse(json, nullptr, false);
  if (!holder.is_object()) return "somebody";
  const std::string kind = text_of(holder, "kind");
  if (kind == "kamal") return describe_kamal(holder);
  const auto since = holder.find("since");
  std::string text = text_of(holder, "by");
  if (since != holder.end() && since->is_number()) {
    text += fmt::format(", for {}", ago(now - since->get<std::int64_t>()));
  }
  const std::string command = text_of(holder, "command");
  if (kind == "manual") return text + (command.empty() ? "" : ": " + command);
  return text + (command.empty() ? "" : " (`" + command + "`)");
}

}  // namespace liteship
