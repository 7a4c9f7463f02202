#pragma once
// Reads JSON that a server, an engine or a file says, about whose shape nothing is certain: what is
// missing or of another type gives the fallback, never an exception.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace liteship {

/// nlohmann-json parses by a loop, but copies and prints by recursion: 1 MiB of `[` would be the
/// end of the stack. What docker, the proxy and the replicator say nests less than 10 deep.
constexpr std::size_t json_depth_limit = 100;

/// Do lists and maps nest deeper than json_depth_limit?
[[nodiscard]] bool nests_too_deep(std::string_view json);

/// The value; `is_discarded()` when `text` is no JSON or nests too deep.
template <class Json = nlohmann::json>
[[nodiscard]] Json read_json(std::string_view text) {
  if (nests_too_deep(text)) return Json(Json::value_t::discarded);
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// One line. Bytes that are no UTF-8 (an old commit's subject, an app's output) become U+FFFD.
template <class Json>
[[nodiscard]] std::string print_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// The member of an object; null when there is none or `json` is no object.
template <class Json>
[[nodiscard]] const Json* member_at(const Json& json, std::string_view key) {
  const auto found = json.find(key);
  return found == json.end() ? nullptr : &*found;
}

/// A text; "" for anything else, also for one with a NUL byte, which no word of a command can hold.
template <class Json>
[[nodiscard]] std::string text_of(const Json& json) {
  if (!json.is_string()) return "";
  auto text = json.template get<std::string>();
  return text.find('\0') == std::string::npos ? text : "";
}

template <class Json>
[[nodiscard]] std::string text_at(const Json& json, std::string_view key) {
  const Json* found = member_at(json, key);
  return found == nullptr ? "" : text_of(*found);
}

/// A whole number; 0 for anything else, also for one that does not fit.
template <class Json>
[[nodiscard]] std::int64_t integer_of(const Json& json) {
  constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
  if (json.is_number_unsigned() && json.template get<std::uint64_t>() > most) return 0;
  return json.is_number_integer() ? json.template get<std::int64_t>() : 0;
}

template <class Json>
[[nodiscard]] std::int64_t integer_at(const Json& json, std::string_view key) {
  const Json* found = member_at(json, key);
  return found == nullptr ? 0 : integer_of(*found);
}

template <class Json>
[[nodiscard]] bool flag_at(const Json& json, std::string_view key, bool fallback) {
  const Json* found = member_at(json, key);
  return found != nullptr && found->is_boolean() ? found->template get<bool>() : fallback;
}

/// The texts of a list; other items are left out.
template <class Json>
[[nodiscard]] std::vector<std::string> texts_at(const Json& json, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = member_at(json, key);
  if (list == nullptr || !list->is_array()) return texts;
  for (const Json& item : *list) {
    if (item.is_string()) texts.push_back(text_of(item));
  }
  return texts;
}

}  // namespace liteship
