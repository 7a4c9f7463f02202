#include "identity.h"

#include <fmt/format.h>

#include <boost/beast/http/field.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include "clock.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

// `a=1; session=TOKEN; b=2`: what comes after the name, up to the next `;`.
std::string token_of(const Request& request) {
  const auto field = request[http::field::cookie];
  std::string_view cookies(field.data(), field.size());
  constexpr std::string_view name = "session=";
  while (!cookies.empty()) {
    auto cookie = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), cookie.size() + 1));
    cookie.remove_prefix(std::min(cookie.size(), cookie.find_first_not_of(' ')));
    if (cookie.starts_with(name)) return std::string(cookie.substr(name.size()));
  }
  return {};
}

// The proxy in front ends TLS and says so.
bool came_by_https(const Request& request) { return request["X-Forwarded-Proto"] == "https"; }

// No script reads it, and no other site's form or frame sends it along.
void set_cookie(const Request& request, Response& response, const std::string& token,
                std::chrono::seconds time) {
  response.set(http::field::set_cookie,
               fmt::format("session={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", token,
                           time.count(), came_by_https(request) ? "; Secure" : ""));
}

}  // namespace

std::optional<User> find_user(Connections& read, const Request& request) {
  const auto token = token_of(request);
  if (token.empty()) return std::nullopt;
  return accounts::find_session(read.app(), token, milliseconds_since_1970());
}

asio::awaitable<std::optional<User>> find_user(App& app, const Request& request) {
  if (token_of(request).empty()) co_return std::nullopt;
  co_return co_await app.databases.readers.next().run(
      [&](Connections& read) { return find_user(read, request); });
}

asio::awaitable<User> need_user(App& app, const Request& request) {
  auto user = co_await find_user(app, request);
  if (!user) throw Refused(Status::unauthorized, "sign in first");
  co_return *user;
}

void must_enter(Connections& read, const Request& request, RoomId room) {
  must_enter(read.app(), room, find_user(read, request));
}

void must_enter(sqlite::Database& app, RoomId room, const std::optional<User>& user) {
  if (rooms::may_enter(app, room, user)) return;
  throw Refused(Status::forbidden, "you are not in this room");
}

bool is_from_here(const Request& request) {
  const auto origin = request[http::field::origin];
  const auto host = request[http::field::host];
  return origin.empty() || (origin.ends_with(host) && origin.size() > host.size() &&
                            origin[origin.size() - host.size() - 1] == '/');
}

Fields fields_of(const Request& request) {
  const auto type = request[http::field::content_type];
  return parse_fields({type.data(), type.size()}, request.body());
}

asio::awaitable<void> open_session(App& app, const Request& request, const User& user,
                                   Response& response) {
  const auto token = random_token();
  co_await app.databases.app.run([&](sqlite::Database& db) {
    accounts::open_session(db, user.id, token, milliseconds_since_1970());
  });
  set_cookie(request, response, token,
             std::chrono::duration_cast<std::chrono::seconds>(accounts::session_time));
}

asio::awaitable<void> close_session(App& app, const Request& request, Response& response) {
  const auto token = token_of(request);
  if (!token.empty()) {
    co_await app.databases.app.run(
        [&](sqlite::Database& db) { accounts::close_session(db, token); });
  }
  set_cookie(request, response, "", std::chrono::seconds(0));
}

}  // namespace chatroom
