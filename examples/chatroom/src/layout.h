#pragma once

#include <optional>
#include <string_view>

#include "accounts.h"
#include "html.h"

namespace chatroom {

/// What every page has around its own part.
struct Frame {
  std::string_view title;
  std::string_view version;  ///< of the app
  const std::optional<User>& user;
};
[[nodiscard]] Html render_page(const Frame& frame, const Html& main);

}  // namespace chatroom
