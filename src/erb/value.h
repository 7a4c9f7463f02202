#pragma once
// What an expression in `<% … %>` can be: the part of Ruby's values that configurations use.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "liteship/erb.h"

namespace liteship::erb::ruby {

struct Value;
using List = std::vector<Value>;
struct Entry;
using Table = std::vector<Entry>;  // a Hash, in the order it was written

struct Symbol {
  std::string name;
  bool operator==(const Symbol&) const = default;
};

/// nil, true or false, Integer, String, Symbol, Array, Hash, Time.
struct Value {
  std::variant<std::monostate, bool, std::int64_t, std::string, Symbol, List, Table, WallClock>
      data;

  [[nodiscard]] bool is_nil() const { return std::holds_alternative<std::monostate>(data); }
  /// Everything but nil and false.
  [[nodiscard]] bool truthy() const;
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&data); }
  [[nodiscard]] const List* list() const { return std::get_if<List>(&data); }
  [[nodiscard]] const Table* table() const { return std::get_if<Table>(&data); }
  [[nodiscard]] const std::int64_t* number() const { return std::get_if<std::int64_t>(&data); }
};

[[nodiscard]] bool operator==(const Value& a, const Value& b);

struct Entry {  // no std::pair: that wants complete types
  Value first;
  Value second;
  bool operator==(const Entry& other) const = default;
};

/// Ruby's to_s: what `<%= … %>` writes.
[[nodiscard]] std::string to_s(const Value& value);
/// Ruby's inspect: what a String looks like inside an Array.
[[nodiscard]] std::string inspect(const Value& value);
/// "String", "nil", "Array": for messages.
[[nodiscard]] std::string class_name(const Value& value);
/// Time#strftime; nothing for a directive that we do not know.
[[nodiscard]] std::optional<std::string> strftime(const WallClock& time, std::string_view format);

}  // namespace liteship::erb::ruby
