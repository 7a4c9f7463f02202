#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "accounts.h"
#include "messages.h"
#include "refused.h"

namespace chatroom {

/// What the client sent cannot be accepted; what() tells it why.
class BadInput : public Refused {
 public:
  explicit BadInput(const std::string& reason) : Refused(Status::bad_request, reason) {}
};

/// The named values of a form, a query or a JSON object.
struct Fields : std::map<std::string, std::string> {
  using map::map;

  /// The whole number in 0…most called `name`, or `fallback` when it is absent. Errors: BadInput.
  [[nodiscard]] std::int64_t number(
      const std::string& name, std::int64_t fallback,
      std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  /// The UTF-8 text of 1…most_bytes bytes called `name`. Errors: BadInput.
  [[nodiscard]] std::string text(const std::string& name, std::size_t most_bytes) const;
  /// The number called `room`, the lobby when it is absent. Errors: BadInput.
  [[nodiscard]] RoomId room() const { return number("room", lobby); }
};

/// content_type: application/json (an object of texts) or
/// application/x-www-form-urlencoded, parameters ignored. Errors: BadInput.
[[nodiscard]] Fields parse_fields(std::string_view content_type, std::string_view body);

/// Reads the message that somebody posts.
///
/// fields: body 1–4000 bytes; author 1–40 bytes, of a guest only; client_id 1–64 bytes or absent;
///         room, the lobby when absent; UTF-8.
/// user:   absent for a guest.
/// Errors: BadInput.
[[nodiscard]] NewMessage parse_message(const Fields& fields, const std::optional<User>& user);

/// Splits `/path?name=value&…` into its decoded parts. Errors: BadInput for a broken %xx.
struct Target {
  std::string path;
  Fields query;
  std::int64_t id = 0;  ///< what is in the place of `:id` in the path of a route
};
[[nodiscard]] Target parse_target(std::string_view target);

}  // namespace chatroom
