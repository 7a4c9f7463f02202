#include "message_routes.h"

#include <fmt/format.h>

#include <boost/beast/http/field.hpp>

#include "clock.h"
#include "identity.h"
#include "jobs.h"
#include "sources.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

int limit_in(const Target& target) {
  return static_cast<int>(target.query.number("limit", 50, 500));
}

Response reply_messages(const std::vector<Message>& found) {
  std::string list;
  for (const auto& message : found) {
    if (!list.empty()) list += ',';
    list += render_message(message);
  }
  return reply_json(Status::ok, "{\"messages\":[" + list + "]}");
}

Posted add_checked(sqlite::Database& app, const NewMessage& message,
                   const std::optional<User>& user) {
  must_enter(app, message.room, user);
  if (!user && accounts::is_taken(app, message.author)) {
    throw Refused(Status::forbidden, "sign in to speak under this name");
  }
  return messages::add(app, message);
}

// Another file, so another transaction. Whoever dies in between has acknowledged nothing; the
// client posts again with the same client_id and the job is enqueued then.
asio::awaitable<Posted> post(App& app, const NewMessage& message, const std::optional<User>& user) {
  const auto posted = co_await app.databases.app.run(
      [&](sqlite::Database& db) { return add_checked(db, message, user); });
  app.feed.look_now();
  co_await app.databases.queue.run([&](sqlite::Database& queue) {
    jobs::enqueue(queue, "notify", posted.id, milliseconds_since_1970());
  });
  app.jobs_added();
  co_return posted;
}

// A browser without JavaScript posts the form itself and wants a page back.
bool wants_a_page(const Request& request) {
  const auto accept = request[http::field::accept];
  return accept.find("text/html") != decltype(accept)::npos;
}

}  // namespace

asio::awaitable<Response> post_message(App& app, const Request& request, const Target&) {
  const auto user = co_await find_user(app, request);
  const auto message = parse_message(fields_of(request), user);
  const auto posted = co_await post(app, message, user);
  if (wants_a_page(request)) co_return see_other(fmt::format("/rooms/{}", message.room));
  co_return reply_json(posted.posting == Posting::created ? Status::created : Status::ok,
                       fmt::format("{{\"id\":{}}}", posted.id));
}

asio::awaitable<Response> list_messages(App& app, const Request& request, const Target& target) {
  const auto limit = limit_in(target);
  const auto room = target.query.room();
  const bool has_after = target.query.contains("after");
  const auto after = target.query.number("after", 0);
  const auto found = co_await app.databases.readers.next().run([&](Connections& read) {
    must_enter(read, request, room);
    return has_after ? messages::after(read.app(), room, after, limit)
                     : messages::newest(read.app(), room, limit);
  });
  co_return reply_messages(found);
}

asio::awaitable<Response> search_messages(App& app, const Request& request, const Target& target) {
  const auto limit = limit_in(target);
  const auto room = target.query.room();
  const auto words = target.query.text("q", 200);
  const auto found = co_await app.databases.readers.next().run([&](Connections& read) {
    must_enter(read, request, room);
    return messages::search(read.app(), room, words, limit);
  });
  co_return reply_messages(found);
}

}  // namespace chatroom
