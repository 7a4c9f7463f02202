#pragma once
// Text in columns, and times for people.

#include <cstdint>
#include <string>
#include <vector>

namespace liteship {

using TableRow = std::vector<std::string>;

/// Columns lined up with two spaces between; the first row is the heading.
[[nodiscard]] std::string render_table(const std::vector<TableRow>& rows);

/// "12 s ago", "5 min ago", "3 h ago", "2 days ago"; both in seconds since 1970.
[[nodiscard]] std::string format_age(std::int64_t then, std::int64_t now);

/// "2026-11-24T03:51:24Z"
[[nodiscard]] std::string format_time(std::int64_t seconds);

}  // namespace liteship
