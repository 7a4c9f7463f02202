#pragma once

#include <string>
#include <string_view>

#include "app.h"
#include "html.h"
#include "refused.h"

namespace chatroom {

[[nodiscard]] Response reply(Status status, std::string_view type, std::string body);
/// json: one value, without a line break at its end.
[[nodiscard]] Response reply_json(Status status, std::string json);
/// A page, which runs no script but our own files.
[[nodiscard]] Response reply_page(Status status, const Html& page);
[[nodiscard]] Response reply_asset(const Asset& asset);
/// The browser goes on with a GET of `path`, one of our own.
[[nodiscard]] Response see_other(const std::string& path);
/// A JSON object of one text; what is not UTF-8 in it is replaced.
[[nodiscard]] std::string one_field(const char* name, std::string_view value);
/// Says why there is no better answer, as JSON.
[[nodiscard]] Response refusal(Status status, std::string_view reason);

}  // namespace chatroom
