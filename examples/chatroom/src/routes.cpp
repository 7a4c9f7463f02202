#include "routes.h"

#include <fmt/format.h>

#include <array>
#include <boost/beast/http/field.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

#include "account_routes.h"
#include "identity.h"
#include "message_routes.h"
#include "room_routes.h"
#include "status_routes.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// A page of one's own, public/index.html, comes before ours.
asio::awaitable<Response> show_home(App& app, const Request&, const Target&) {
  const auto* page = app.assets.find("/index.html");
  co_return page ? reply_asset(*page) : see_other("/rooms/1");
}

// 200 says: send traffic, a write will work. Anything else keeps the old version serving.
asio::awaitable<Response> show_up(App& app, const Request&, const Target&) {
  if (app.faults.unhealthy) co_return refusal(Status::internal_server_error, "UNHEALTHY=1");
  // Takes and releases both write locks, so "writable" is tried, not guessed.
  const auto nothing = [](sqlite::Database&) {};
  co_await app.databases.app.run(nothing);
  co_await app.databases.queue.run(nothing);
  co_return reply(Status::ok, "text/plain", "OK\n");
}

asio::awaitable<Response> show_version(App& app, const Request&, const Target&) {
  co_return reply_json(Status::ok, nlohmann::json{{"version", app.environment.version}}.dump());
}

struct Route {
  http::verb method;
  std::string_view path;  ///< `:id` stands for a number
  asio::awaitable<Response> (*handler)(App&, const Request&, const Target&);
};

constexpr std::array routes = {
    Route{http::verb::get, "/up", show_up},
    Route{http::verb::get, "/version", show_version},
    Route{http::verb::get, "/", show_home},
    Route{http::verb::get, "/sign-up", show_sign_up},
    Route{http::verb::post, "/sign-up", sign_up},
    Route{http::verb::get, "/sign-in", show_sign_in},
    Route{http::verb::post, "/sign-in", sign_in},
    Route{http::verb::post, "/sign-out", sign_out},
    Route{http::verb::post, "/rooms", add_room},
    Route{http::verb::get, "/rooms/:id", show_room},
    Route{http::verb::get, "/rooms/:id/search", search_room},
    Route{http::verb::post, "/rooms/:id/join", join_room},
    Route{http::verb::post, "/rooms/:id/leave", leave_room},
    Route{http::verb::get, "/messages", list_messages},
    Route{http::verb::post, "/messages", post_message},
    Route{http::verb::get, "/messages/search", search_messages},
    Route{http::verb::get, "/status", show_status},
    Route{http::verb::get, "/status.json", show_status_json},
    Route{http::verb::get, "/status/records", show_records},
    Route{http::verb::get, "/status/jobs", show_jobs},
    Route{http::verb::get, "/status/cache", show_cache},
    Route{http::verb::get, "/status/pubsub", show_pubsub},
};

struct StreamRoute {
  std::string_view path;
  asio::awaitable<Stream> (*handler)(App&, const Request&, const Target&);
};

constexpr std::array streams = {
    StreamRoute{"/events", open_events},
    StreamRoute{"/messages/export", open_export},
};

// Whether a path is the route's; then `id` is what stands in the place of `:id`.
bool matches(std::string_view route, std::string_view path, std::int64_t& id) {
  constexpr std::string_view place = ":id";
  const auto at = route.find(place);
  if (at == std::string_view::npos) return route == path;
  const auto tail = route.substr(at + place.size());
  if (!path.starts_with(route.substr(0, at)) || path.size() < at + tail.size()) return false;
  const auto digits = path.substr(at, path.size() - at - tail.size());
  const auto* end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, id);
  return path.ends_with(tail) && error == std::errc() && stopped == end && id > 0;
}

Response method_not_allowed(const std::string& allowed) {
  auto response = refusal(Status::method_not_allowed, "method not allowed");
  response.set(http::field::allow, allowed);
  return response;
}

asio::awaitable<Answer> route(App& app, const Request& request) {
  const auto raw = request.target();
  auto target = parse_target({raw.data(), raw.size()});
  const auto method = request.method() == http::verb::head ? http::verb::get : request.method();
  if (method == http::verb::post && !is_from_here(request)) {
    co_return refusal(Status::forbidden, "sent from another site");
  }
  std::string allowed;
  for (const auto& each : routes) {
    if (!matches(each.path, target.path, target.id)) continue;
    if (each.method == method) co_return co_await each.handler(app, request, target);
    allowed += (allowed.empty() ? "" : ", ") + std::string(http::to_string(each.method));
  }
  if (!allowed.empty()) co_return method_not_allowed(allowed);
  for (const auto& each : streams) {
    if (each.path != target.path) continue;
    if (request.method() != http::verb::get) co_return method_not_allowed("GET");
    co_return co_await each.handler(app, request, target);
  }
  const auto* asset = app.assets.find(target.path);
  if (!asset) co_return refusal(Status::not_found, "not found");
  co_return method == http::verb::get ? reply_asset(*asset) : method_not_allowed("GET");
}

Response refusal_for(const sqlite::Error& error) {
  const bool locked = error.primary_code() == SQLITE_BUSY;
  return refusal(locked ? Status::service_unavailable : Status::internal_server_error,
                 fmt::format("database: {}", error.what()));
}

}  // namespace

asio::awaitable<Answer> respond(App& app, const Request& request) {
  try {
    co_return co_await route(app, request);
  } catch (const Refused& error) {
    co_return refusal(error.status(), error.what());
  } catch (const NotReady& error) {
    co_return refusal(Status::service_unavailable, error.what());
  } catch (const sqlite::Error& error) {
    co_return refusal_for(error);
  } catch (const std::exception& error) {
    co_return refusal(Status::internal_server_error, error.what());
  }
}

}  // namespace chatroom
