#include "routes.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "clock.h"
#include "jobs.h"
#include "status.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Json = nlohmann::ordered_json;

constexpr int most_messages = 500;

Response reply(http::status status, std::string_view type, std::string body) {
  Response response;
  response.result(status);
  response.set(http::field::content_type, type);
  response.body() = std::move(body);
  return response;
}

Response reply_json(http::status status, const Json& json) {
  return reply(status, "application/json", json.dump() + "\n");
}

Response reply_messages(const std::vector<Message>& messages) {
  std::string list;
  for (const auto& message : messages) {
    if (!list.empty()) list += ',';
    list += render_message(message);
  }
  return reply(http::status::ok, "application/json", "{\"messages\":[" + list + "]}\n");
}

// 200 says: send traffic, a write will work. Anything else keeps the old version serving.
asio::awaitable<Response> up(App& app) {
  if (app.faults.unhealthy) co_return refusal(http::status::internal_server_error, "UNHEALTHY=1");
  // Takes and releases both write locks, so "writable" is tried, not guessed.
  const auto nothing = [](sqlite::Database&) {};
  co_await app.databases.app.run(nothing);
  co_await app.databases.queue.run(nothing);
  co_return reply(http::status::ok, "text/plain", "OK\n");
}

asio::awaitable<Response> list_messages(App& app, Target target) {
  const auto limit = static_cast<int>(target.number("limit", 50, most_messages));
  const bool has_after = target.query.contains("after");
  const auto after = target.number("after", 0, std::numeric_limits<MessageId>::max());
  const auto found = co_await app.databases.readers.next().run([=](Connections& read) {
    return has_after ? messages::after(read.app(), lobby, after, limit)
                     : messages::newest(read.app(), lobby, limit);
  });
  co_return reply_messages(found);
}

asio::awaitable<Response> search_messages(App& app, Target target) {
  const auto limit = static_cast<int>(target.number("limit", 50, most_messages));
  const auto words = target.text("q", 200);
  const auto found = co_await app.databases.readers.next().run(
      [&](Connections& read) { return messages::search(read.app(), lobby, words, limit); });
  co_return reply_messages(found);
}

// Another file, so another transaction. Whoever dies in between has acknowledged nothing; the
// client posts again with the same client_id and the job is enqueued then.
asio::awaitable<Posted> post(App& app, const NewMessage& message) {
  const auto posted = co_await app.databases.app.run(
      [&](sqlite::Database& db) { return messages::add(db, message); });
  app.feed.look_now();
  co_await app.databases.queue.run([&](sqlite::Database& queue) {
    jobs::enqueue(queue, "notify", posted.id, milliseconds_since_1970());
  });
  app.jobs_added();
  co_return posted;
}

// A browser without JavaScript posts the form itself and wants a page back.
bool wants_a_page(const Request& request) {
  return request[http::field::accept].find("text/html") != boost::beast::string_view::npos;
}

asio::awaitable<Response> post_message(App& app, const Request& request) {
  const auto type = request[http::field::content_type];
  const auto message = parse_message({type.data(), type.size()}, request.body());
  const auto posted = co_await post(app, message);
  if (wants_a_page(request)) {
    auto response = reply(http::status::see_other, "text/plain", "");
    response.set(http::field::location, "/");
    co_return response;
  }
  co_return reply_json(
      posted.posting == Posting::created ? http::status::created : http::status::ok,
      {{"id", posted.id}});
}

// Only our own files run: a script that somebody posts cannot, even if it got into the page.
Response serve_page(std::string_view type, std::string body) {
  auto response = reply(http::status::ok, type, std::move(body));
  response.set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'");
  response.set(http::field::cache_control, "no-cache");
  return response;
}

Response method_not_allowed(std::string_view allowed) {
  auto response = refusal(http::status::method_not_allowed, "method not allowed");
  response.set(http::field::allow, allowed);
  return response;
}

asio::awaitable<Response> route(App& app, const Request& request) {
  const auto raw = request.target();
  const auto target = parse_target({raw.data(), raw.size()});
  const bool reads = request.method() == http::verb::get || request.method() == http::verb::head;
  if (target.path == "/messages" && request.method() == http::verb::post) {
    co_return co_await post_message(app, request);
  }
  if (!reads) co_return method_not_allowed(target.path == "/messages" ? "GET, POST" : "GET");
  if (target.path == "/up") co_return co_await up(app);
  if (target.path == "/messages") co_return co_await list_messages(app, target);
  if (target.path == "/messages/search") co_return co_await search_messages(app, target);
  if (target.path == "/status" || target.path == "/status.json") {
    const auto status = co_await status_of(app);
    if (target.path == "/status")
      co_return serve_page("text/html; charset=utf-8", render_page(status));
    co_return reply(http::status::ok, "application/json", render_json(status));
  }
  if (target.path == "/version") {
    co_return reply_json(http::status::ok, {{"version", app.environment.version}});
  }
  if (const auto* asset = app.assets.find(target.path))
    co_return serve_page(asset->type, asset->bytes);
  co_return refusal(http::status::not_found, "not found");
}

Response refusal_for(const sqlite::Error& error) {
  const bool locked = error.primary_code() == SQLITE_BUSY;
  return refusal(locked ? http::status::service_unavailable : http::status::internal_server_error,
                 fmt::format("database: {}", error.what()));
}

}  // namespace

Response refusal(http::status status, std::string_view reason) {
  return reply_json(status, {{"error", reason}});
}

asio::awaitable<Response> respond(App& app, const Request& request) {
  try {
    co_return co_await route(app, request);
  } catch (const BadInput& error) {
    co_return refusal(http::status::bad_request, error.what());
  } catch (const NotReady& error) {
    co_return refusal(http::status::service_unavailable, error.what());
  } catch (const sqlite::Error& error) {
    co_return refusal_for(error);
  } catch (const std::exception& error) {
    co_return refusal(http::status::internal_server_error, error.what());
  }
}

}  // namespace chatroom
