#include "replies.h"

#include <boost/beast/http/field.hpp>
#include <nlohmann/json.hpp>

namespace chatroom {
namespace {

namespace http = boost::beast::http;

// Only our own files run: a script that somebody posts cannot, even if it got into the page.
Response guarded(Response response) {
  response.set("Content-Security-Policy",
               "default-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
  return response;
}

}  // namespace

Response reply(Status status, std::string_view type, std::string body) {
  Response response;
  response.result(status);
  response.set(http::field::content_type, type);
  response.body() = std::move(body);
  return response;
}

Response reply_json(Status status, std::string json) {
  json += '\n';
  return reply(status, "application/json", std::move(json));
}

Response reply_page(Status status, const Html& page) {
  auto response = guarded(reply(status, "text/html; charset=utf-8", page.str()));
  response.set(http::field::cache_control, "no-store");  // it shows what one person may see
  return response;
}

Response reply_asset(const Asset& asset) {
  auto response = guarded(reply(Status::ok, asset.type, asset.bytes));
  response.set(http::field::cache_control, "no-cache");
  return response;
}

Response see_other(const std::string& path) {
  auto response = reply(Status::see_other, "text/plain", "");
  response.set(http::field::location, path);
  return response;
}

std::string one_field(const char* name, std::string_view value) {
  const nlohmann::json json = {{name, value}};
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Response refusal(Status status, std::string_view reason) {
  return reply_json(status, one_field("error", reason));
}

}  // namespace chatroom
