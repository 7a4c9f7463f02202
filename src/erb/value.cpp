#include "erb/value.h"

#include <fmt/format.h>

#include <array>
#include <ctime>

namespace liteship::erb::ruby {
namespace {

std::string inspect_text(const std::string& text) {
  static const std::array<std::pair<char, char>, 9> named = {{{'\n', 'n'},
                                                              {'\t', 't'},
                                                              {'\r', 'r'},
                                                              {'\x1b', 'e'},
                                                              {'\a', 'a'},
                                                              {'\b', 'b'},
                                                              {'\f', 'f'},
                                                              {'\v', 'v'},
                                                              {'\\', '\\'}}};
  std::string out = "\"";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto* const found =
        std::find_if(named.begin(), named.end(), [&](const auto& pair) { return pair.first == c; });
    const bool begins_reference =
        c == '#' && i + 1 < text.size() &&
        std::string_view("{$@").find(text[i + 1]) != std::string_view::npos;
    if (found != named.end()) {
      out += {'\\', found->second};
    } else if (c == '"' || begins_reference) {
      out += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string inspect_symbol(const std::string& name) {
  const bool plain = !name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) == 0 &&
                     std::all_of(name.begin(), name.end(),
                                 [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  return plain ? name : inspect_text(name);
}

std::string inspect_list(const List& list) {
  std::vector<std::string> items;
  for (const Value& item : list) items.push_back(inspect(item));
  return "[" + join(items, ", ") + "]";
}

std::string inspect_table(const Table& table) {
  std::vector<std::string> items;
  for (const auto& [key, value] : table) {
    const auto* symbol = std::get_if<Symbol>(&key.data);
    items.push_back(
        (symbol != nullptr ? inspect_symbol(symbol->name) + ": " : inspect(key) + " => ") +
        inspect(value));
  }
  return "{" + join(items, ", ") + "}";
}

/// The calendar's fields at the place of the clock.
std::tm fields_of(const WallClock& time) {
  const std::time_t local = time.seconds + time.utc_offset;
  std::tm fields{};
  ::gmtime_r(&local, &fields);
  return fields;
}

std::string offset_text(const WallClock& time, std::string_view colon) {
  const int minutes = std::abs(time.utc_offset) / 60;
  return fmt::format("{}{:02}{}{:02}", time.utc_offset < 0 ? '-' : '+', minutes / 60, colon,
                     minutes % 60);
}

std::string time_text(const WallClock& time) {
  return strftime(time, time.zone == "UTC" ? "%Y-%m-%d %H:%M:%S UTC" : "%Y-%m-%d %H:%M:%S %z")
      .value_or("");
}

}  // namespace

bool Value::truthy() const {
  const bool* flag = std::get_if<bool>(&data);
  return !is_nil() && (flag == nullptr || *flag);
}

bool operator==(const Value& a, const Value& b) { return a.data == b.data; }

std::string to_s(const Value& value) {
  if (value.is_nil()) return "";
  if (const auto* symbol = std::get_if<Symbol>(&value.data)) return symbol->name;
  if (value.text() != nullptr) return *value.text();
  return inspect(value);
}

std::string inspect(const Value& value) {
  struct Visitor {
    std::string operator()(std::monostate) const { return "nil"; }
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(const std::string& text) const { return inspect_text(text); }
    std::string operator()(const Symbol& symbol) const { return ":" + inspect_symbol(symbol.name); }
    std::string operator()(const List& list) const { return inspect_list(list); }
    std::string operator()(const Table& table) const { return inspect_table(table); }
    std::string operator()(const WallClock& time) const { return time_text(time); }
  };
  return std::visit(Visitor{}, value.data);
}

std::string class_name(const Value& value) {
  static const std::array<const char*, 8> names = {
      "nil", "a boolean", "an Integer", "a String", "a Symbol", "an Array", "a Hash", "a Time"};
  return names.at(value.data.index());
}

std::optional<std::string> strftime(const WallClock& time, std::string_view format) {
  // What C's strftime means by these letters is what Ruby means, too.
  constexpr std::string_view same = "YCymBbhdejHIMSpAaUWVGguwDFTRrcxXnt%";
  const std::tm fields = fields_of(time);
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const std::string_view rest = format.substr(++i);
    if (rest.empty()) return std::nullopt;
    if (rest.starts_with("s")) {
      out += std::to_string(time.seconds);
    } else if (rest.starts_with(":z")) {
      out += offset_text(time, ":");
      ++i;
    } else if (rest.starts_with("z")) {
      out += offset_text(time, "");
    } else if (rest.starts_with("Z")) {
      out += time.zone;
    } else if (rest.starts_with("P")) {
      out += fields.tm_hour < 12 ? "am" : "pm";
    } else if (rest.size() > 1 && rest[0] == '-' &&
               std::string_view("mdHIMSjy").find(rest[1]) != std::string_view::npos) {
      std::array<char, 16> text{};
      const std::string one = {'%', rest[1], '\0'};
      std::ignore = std::strftime(text.data(), text.size(), one.c_str(), &fields);
      const std::string_view digits = text.data();
      out += digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
      ++i;
    } else if (same.find(rest[0]) != std::string_view::npos) {
      std::array<char, 64> text{};
      const std::string one = {'%', rest[0], '\0'};
      out.append(text.data(), std::strftime(text.data(), text.size(), one.c_str(), &fields));
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace liteship::erb::ruby
