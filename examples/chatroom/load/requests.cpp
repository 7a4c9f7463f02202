#include "requests.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace chatroom::load {

namespace http = boost::beast::http;

Request read_request() { return {http::verb::get, "/messages?limit=20", 11}; }

Request write_request(const std::string& author, const std::string& client_id) {
  Request request{http::verb::post, "/messages", 11};
  request.set(http::field::content_type, "application/json");
  request.body() = nlohmann::json{
      {"author", author},
      {"body", "This is " + client_id + ", said under load."},
      {"client_id",
       client_id}}.dump();
  return request;
}

std::string author_name(std::uint64_t seed, unsigned number) {
  return fmt::format("load-{}-{}", seed, number);
}

}  // namespace chatroom::load
