// YAML 1.1 scalars as Ruby's Psych takes them, and as Ruby writes them again: Kamal puts the result
// into its command lines. `yes` arrives as `true`, `1_000` as `1000`, `010` as `8`, `1.50` as
// `1.5`.

#include "config/ruby_scalar.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "config/value.h"

namespace liteship::config {
namespace {

bool is_figure(char c) { return c >= '0' && c <= '9'; }
bool is_separator(char c) { return c == '_' || c == ','; }

std::string without_separators(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return !is_separator(c); });
  return out;
}

struct Signed {
  bool negative = false;
  std::string_view digits;
};

Signed split_sign(std::string_view text) {
  const bool sign = !text.empty() && (text.front() == '-' || text.front() == '+');
  return {sign && text.front() == '-', sign ? text.substr(1) : text};
}

std::string with_sign(bool negative, const std::string& digits) {
  return negative && digits != "0" ? "-" + digits : digits;
}

/// `1`, `1_000`, `1,000`: a separator has a digit on both sides.
bool is_decimal(std::string_view digits) {
  if (digits == "0") return true;
  if (digits.empty() || !is_figure(digits.front()) || digits.front() == '0') return false;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (is_figure(digits[i])) continue;
    if (!is_separator(digits[i]) || i + 1 == digits.size() || !is_figure(digits[i + 1])) {
      return false;
    }
  }
  return true;
}

/// `010`, `0x1f`, `0b11` → decimal; nothing when it is none, or too large to be one in a file.
std::optional<std::string> based_integer(std::string_view digits) {
  if (digits.size() < 2 || digits.front() != '0') return std::nullopt;
  const int base = digits[1] == 'x' ? 16 : digits[1] == 'b' ? 2 : 8;
  const std::string plain = without_separators(digits.substr(base == 8 ? 1 : 2));
  std::uint64_t value = 0;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value, base);
  if (plain.empty() || read.ec != std::errc() || read.ptr != plain.data() + plain.size()) {
    return std::nullopt;
  }
  return std::to_string(value);
}

/// `12:30` and `1:02:03`: hours, minutes and seconds as seconds.
std::optional<std::string> sexagesimal(std::string_view digits) {
  const std::vector<std::string> parts = split(digits, ':');
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty()) return std::nullopt;
  std::int64_t seconds = 0;
  std::int64_t unit = 3600;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto number = parse_integer(without_separators(parts[i]));
    const bool fits = number && *number >= 0 && is_figure(parts[i].front()) &&
                      (i == 0 ? *number < 1'000'000 : parts[i].size() <= 2 && *number < 60);
    if (!fits) return std::nullopt;
    seconds += *number * unit;
    unit /= 60;
  }
  return std::to_string(seconds);
}

/// Is it `1.5`, `.5`, `1.`, `1.5e+3`? The exponent must have its sign.
bool is_float(std::string_view digits) {
  const std::size_t dot = digits.find('.');
  if (dot == std::string_view::npos || digits.size() < 2) return false;
  if (dot > 0 && !is_figure(digits.front())) return false;
  for (const char c : digits.substr(0, dot)) {
    if (!is_figure(c) && !is_separator(c)) return false;
  }
  std::size_t i = dot + 1;
  while (i < digits.size() && is_figure(digits[i])) ++i;
  if (i == digits.size()) return true;
  if ((digits[i] != 'e' && digits[i] != 'E') || i + 2 >= digits.size()) return false;
  if (digits[i + 1] != '+' && digits[i + 1] != '-') return false;
  return std::all_of(digits.begin() + static_cast<std::ptrdiff_t>(i) + 2, digits.end(), is_figure);
}

/// The shortest digits that read back to the same number; an exponent outside 1e-4 … 1e16.
std::string float_text(double value) {
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific);
  const std::string text(buffer.data(), end.ptr);  // "1.5e+03"
  const std::size_t e = text.find('e');
  const auto exponent = static_cast<int>(parse_integer(text.substr(e + 2)).value_or(0)) *
                        (text[e + 1] == '-' ? -1 : 1);
  std::string digits = text.substr(0, e);
  if (exponent < -4 || exponent >= 16) {
    if (digits.find('.') == std::string::npos) digits += ".0";
    return fmt::format("{}e{}{:02}", digits, exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  if (exponent < 0)
    return "0." + std::string(static_cast<std::size_t>(-exponent) - 1, '0') + digits;
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  return digits.substr(0, whole) + "." + (digits.size() > whole ? digits.substr(whole) : "0");
}

std::optional<std::string> number_text(const std::string& text) {
  const Signed number = split_sign(text);
  if (number.digits.empty() ||
      !(is_figure(number.digits.front()) || number.digits.front() == '.')) {
    return std::nullopt;
  }
  if (is_decimal(number.digits)) {
    return with_sign(number.negative, without_separators(number.digits));
  }
  for (const auto& value : {based_integer(number.digits), sexagesimal(number.digits)}) {
    if (value) return with_sign(number.negative, *value);
  }
  if (!is_float(number.digits)) return std::nullopt;
  const std::string plain = "0" + without_separators(number.digits);
  double value = 0;
  const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (read.ec != std::errc()) return std::nullopt;
  return (number.negative ? "-" : "") + (value == 0 ? std::string("0.0") : float_text(value));
}

}  // namespace

std::string ruby_text(const Node& node) {
  if (!node.is(NodeKind::scalar) || node.quoted) return node.text;
  if (const auto flag = parse_flag(node.text)) return *flag ? "true" : "false";
  if (node.text.size() > 1 && node.text.front() == ':' && node.text[1] != ' ') {
    return node.text.substr(1);  // a symbol
  }
  return number_text(node.text).value_or(node.text);
}

}  // namespace liteship::config
