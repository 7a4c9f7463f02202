#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>

#include "messages.h"

namespace chatroom {

/// What the client sent cannot be accepted; what() tells it why.
class BadInput : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Reads a message from the body of POST /messages.
///
/// content_type: application/json or application/x-www-form-urlencoded, parameters ignored.
/// Fields:       author 1–40 bytes, body 1–4000 bytes, client_id 1–64 bytes or absent; UTF-8.
/// Errors:       BadInput.
[[nodiscard]] NewMessage parse_message(std::string_view content_type, std::string_view body);

/// Splits `/path?name=value&…` into its decoded parts. Errors: BadInput for a broken %xx.
struct Target {
  std::string path;
  std::map<std::string, std::string> query;

  /// The whole number in 0…most called `name`, or `fallback` when it is absent. Errors: BadInput.
  [[nodiscard]] std::int64_t number(const std::string& name, std::int64_t fallback,
                                    std::int64_t most) const;
  /// The UTF-8 text of 1…most_bytes bytes called `name`. Errors: BadInput.
  [[nodiscard]] std::string text(const std::string& name, std::size_t most_bytes) const;
};
[[nodiscard]] Target parse_target(std::string_view target);

}  // namespace chatroom
