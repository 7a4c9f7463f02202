#include <fmt/format.h>

#include <array>

#include "liteship/support.h"

namespace liteship {

std::string format_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  constexpr std::array units = {"kB", "MB", "GB", "TB", "PB", "EB"};
  auto value = static_cast<double>(bytes) / 1000;
  std::size_t unit = 0;
  // 999.95 would be printed as 1000.0
  for (; value >= 999.95 && unit + 1 < units.size(); ++unit) value /= 1000;
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string format_duration(std::int64_t milliseconds) {
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 59950) return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1e3);
  const auto seconds = (milliseconds + 500) / 1000;
  return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
}

std::string Version::brief() const {
  const auto head = text.substr(0, text.find('_'));
  const bool revision =
      head.size() > 7 && head.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!revision) return text;
  return head.substr(0, 7) + (head.size() < text.size() ? "-dirty" : "");
}

}  // namespace liteship
