#include "input.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

namespace chatroom {
namespace {

char decode_hex(std::string_view two_digits) {
  unsigned value = 0;
  const char* end = two_digits.data() + two_digits.size();
  const auto [stopped, error] = std::from_chars(two_digits.data(), end, value, 16);
  if (two_digits.size() != 2 || error != std::errc() || stopped != end) {
    throw BadInput("broken %-escape");
  }
  return static_cast<char>(value);
}

std::string decode_url(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      decoded += decode_hex(text.substr(i + 1, 2));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

Fields parse_form(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto value = pair.substr(std::min(pair.size(), equals + 1));
    fields[decode_url(pair.substr(0, equals))] = decode_url(value);
  }
  return fields;
}

Fields parse_json(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) throw BadInput("the body is not a JSON object");
  Fields fields;
  for (const auto& [name, value] : json.items()) {
    if (value.is_string())
      fields[name] = value.get<std::string>();
    else if (!value.is_null())
      throw BadInput(fmt::format("`{}` must be text", name));
  }
  return fields;
}

// Length of the UTF-8 sequence at the start of `text`, 0 when it is not one (RFC 3629: shortest
// form only, no surrogates, nothing above U+10FFFF).
std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto within = [](unsigned value, unsigned low, unsigned high) {
    return low <= value && value <= high;
  };
  const unsigned lead = byte(0);
  if (within(lead, 0x01, 0x7f)) return 1;
  const unsigned low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const unsigned high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  const std::size_t length = within(lead, 0xc2, 0xdf)   ? 2
                             : within(lead, 0xe0, 0xef) ? 3
                             : within(lead, 0xf0, 0xf4) ? 4
                                                        : 0;
  if (length == 0 || !within(byte(1), low, high)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!within(byte(i), 0x80, 0xbf)) return 0;
  }
  return length;
}

bool is_text(std::string_view text) {
  while (!text.empty()) {
    const auto length = utf8_sequence(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string checked(const std::string& name, const std::string& value, std::size_t most_bytes) {
  if (value.empty()) throw BadInput(fmt::format("`{}` is missing", name));
  if (value.size() > most_bytes) {
    throw BadInput(fmt::format("`{}` is longer than {} bytes", name, most_bytes));
  }
  if (!is_text(value)) throw BadInput(fmt::format("`{}` is not UTF-8 text", name));
  return value;
}

}  // namespace

Fields parse_fields(std::string_view content_type, std::string_view body) {
  const auto type = content_type.substr(0, content_type.find(';'));
  if (type == "application/json") return parse_json(body);
  if (type == "application/x-www-form-urlencoded") return parse_form(body);
  throw BadInput("send application/json or application/x-www-form-urlencoded");
}

NewMessage parse_message(const Fields& fields, const std::optional<User>& user) {
  NewMessage message;
  message.author = user ? user->name : fields.text("author", 40);
  message.body = fields.text("body", 4000);
  if (fields.contains("client_id")) message.client_id = fields.text("client_id", 64);
  message.room = fields.room();
  if (user) message.user = user->id;
  return message;
}

std::int64_t Fields::number(const std::string& name, std::int64_t fallback,
                            std::int64_t most) const {
  const auto found = find(name);
  if (found == end()) return fallback;
  const std::string& text = found->second;
  std::int64_t number = -1;
  const char* last = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), last, number);
  if (error != std::errc() || stopped != last || number < 0 || number > most) {
    throw BadInput(fmt::format("`{}` must be a number in 0…{}", name, most));
  }
  return number;
}

std::string Fields::text(const std::string& name, std::size_t most_bytes) const {
  const auto found = find(name);
  return checked(name, found == end() ? "" : found->second, most_bytes);
}

Target parse_target(std::string_view target) {
  const auto question = std::min(target.find('?'), target.size());
  return {decode_url(target.substr(0, question)),
          parse_form(target.substr(std::min(target.size(), question + 1)))};
}

}  // namespace chatroom
