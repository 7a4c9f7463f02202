#include "config/value.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string>
#include <utility>

#include "liteship/support.h"

namespace liteship::config {
namespace {

bool is_word_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// number × unit, or nothing when it does not fit.
std::optional<std::int64_t> scaled(std::int64_t number, std::int64_t unit) {
  if (number < 0 || number > std::numeric_limits<std::int64_t>::max() / unit) return std::nullopt;
  return number * unit;
}

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

std::optional<std::int64_t> unit_factor(std::string_view name, std::span<const Unit> units) {
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.factor;
  }
  return std::nullopt;
}

constexpr std::array duration_units = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                                       Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
constexpr std::array size_units = {Unit{"b", 1},       Unit{"k", 1 << 10},  Unit{"kb", 1 << 10},
                                   Unit{"m", 1 << 20}, Unit{"mb", 1 << 20}, Unit{"g", 1 << 30},
                                   Unit{"gb", 1 << 30}};

/// Splits a leading run of digits off `text`.
std::string_view take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto count = static_cast<std::size_t>(end - text.begin());
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

}  // namespace

std::optional<bool> parse_flag(std::string_view text) {
  const std::string word = lower(text);
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() || text.front() == '_' || text.back() == '_') return std::nullopt;
  return parse_integer(replace_all(text, "_", ""));
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (const auto seconds = parse_number(text)) {
    const auto total = scaled(*seconds, 1000);
    return total ? std::optional(std::chrono::milliseconds(*total)) : std::nullopt;
  }
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const auto number = parse_integer(take_digits(text));
    const auto end = std::find_if(text.begin(), text.end(), is_digit);
    const std::string_view unit = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    const auto factor = unit_factor(unit, duration_units);
    if (!number || !factor) return std::nullopt;
    const auto part = scaled(*number, *factor);
    if (!part || *part > std::numeric_limits<std::int64_t>::max() - total) return std::nullopt;
    total += *part;
    text.remove_prefix(unit.size());
  }
  return std::chrono::milliseconds(total);
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  if (const auto bytes = parse_number(text)) {
    return *bytes < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(*bytes));
  }
  const auto number = parse_integer(take_digits(text));
  const auto factor = unit_factor(lower(text), size_units);
  if (!number || !factor) return std::nullopt;
  const auto total = scaled(*number, *factor);
  return total ? std::optional(static_cast<std::uint64_t>(*total)) : std::nullopt;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), [](char c) {
    return is_word_character(c) || c == '-';
  });
}

bool is_image_text(std::string_view text) {
  return !text.empty() && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_word_character(c) ||
                  std::string_view(".-/:@").find(c) != std::string_view::npos;
         });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_variable_name(std::string_view text) {
  return !text.empty() && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), is_word_character);
}

}  // namespace liteship::config
