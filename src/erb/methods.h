#pragma once
// Methods of values that need nothing but the value and its arguments.

#include <optional>
#include <string>
#include <string_view>

#include "erb/value.h"

namespace liteship::erb::ruby {

/// What a call came to: a value, or Ruby's error, or neither: we do not know the method.
struct Outcome {
  std::optional<Value> value;
  std::string error;  // lowercase, without values: those may be secret
  std::string help;
};

[[nodiscard]] inline Outcome give(auto value) { return {Value{std::move(value)}, {}, {}}; }
[[nodiscard]] inline Outcome raise(std::string why, std::string help = {}) {
  return {{}, std::move(why), std::move(help)};
}

/// Longest text that a method may make: a configuration is never this long.
constexpr std::size_t max_text = 1 << 20;

[[nodiscard]] Outcome call_method(const Value& self, const std::string& name, const List& args);

/// Whether any kind of value has a method of this name here.
[[nodiscard]] bool is_known_method(const std::string& name);

}  // namespace liteship::erb::ruby
