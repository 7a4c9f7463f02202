#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "app.h"
#include "html.h"

namespace chatroom {

using Status = boost::beast::http::status;

/// A request is understood and refused; what() tells its sender why.
class Refused : public std::runtime_error {
 public:
  Refused(Status status, const std::string& reason) : std::runtime_error(reason), status_(status) {}
  [[nodiscard]] Status status() const { return status_; }

 private:
  Status status_;
};

[[nodiscard]] Response reply(Status status, std::string_view type, std::string body);
/// json: one value, without a line break at its end.
[[nodiscard]] Response reply_json(Status status, std::string json);
/// A page, which runs no script but our own files.
[[nodiscard]] Response reply_page(Status status, const Html& page);
[[nodiscard]] Response reply_asset(const Asset& asset);
/// The browser goes on with a GET of `path`, one of our own.
[[nodiscard]] Response see_other(const std::string& path);
/// Says why there is no better answer, as JSON.
[[nodiscard]] Response refusal(Status status, std::string_view reason);

}  // namespace chatroom
