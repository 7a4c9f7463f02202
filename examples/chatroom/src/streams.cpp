#include "streams.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <nlohmann/json.hpp>

#include "identity.h"
#include "sources.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;

MessageId first_event_after(App& app, const Request& request, const Target& target) {
  const auto header = request["Last-Event-ID"];
  if (header.empty()) return target.query.number("after", app.feed.newest_id());
  const Fields seen{{"Last-Event-ID", std::string(header)}};
  return seen.number("Last-Event-ID", 0);
}

asio::awaitable<void> check_reader(App& app, const Request& request, RoomId room) {
  co_await app.databases.readers.next().run(
      [&](Connections& read) { must_enter(read, request, room); });
}

constexpr auto heartbeat = std::chrono::seconds(15);  // proxies close streams silent for 30–60 s

asio::awaitable<void> send_events(App& app, RoomId room, MessageId last, SendChunk send) {
  const auto channel = room_channel(room);
  Bell::Listener listener(app.bell, co_await asio::this_coro::executor);
  // A browser that lost the stream comes back after half a second: a release is one such loss.
  if (!co_await send("retry: 500\n\n")) co_return;
  for (auto said = Clock::now(); !app.feed.is_closed();) {
    std::string events;
    for (const auto& line : co_await app.feed.after(channel, last)) {
      events += fmt::format("id: {}\ndata: {}\n\n", line.id, *line.json);
    }
    if (events.empty() && Clock::now() - said >= heartbeat) events = ": still here\n\n";
    if (events.empty()) {
      co_await listener.wait(heartbeat);
      continue;
    }
    said = Clock::now();
    if (!co_await send(std::move(events))) co_return;
  }
}

asio::awaitable<void> send_export(App& app, RoomId room, SendChunk send) {
  for (MessageId last = 0;;) {
    const auto found = co_await app.databases.readers.next().run(
        [&](Connections& read) { return messages::after(read.app(), room, last, 1000); });
    if (found.empty()) co_return;
    std::string lines;
    for (const auto& message : found) {
      lines += nlohmann::ordered_json{{"id", message.id},
                                      {"author", message.author},
                                      {"client_id", message.client_id.value_or("")}}
                   .dump() +
               "\n";
    }
    last = found.back().id;
    if (!co_await send(std::move(lines))) co_return;
  }
}

}  // namespace

asio::awaitable<Stream> open_events(App& app, const Request& request, const Target& target) {
  const auto room = target.query.room();
  const auto last = first_event_after(app, request, target);
  co_await check_reader(app, request, room);
  co_return Stream{"text/event-stream", [&app, room, last](SendChunk send) {
                     return send_events(app, room, last, std::move(send));
                   }};
}

asio::awaitable<Stream> open_export(App& app, const Request& request, const Target& target) {
  const auto room = target.query.room();
  co_await check_reader(app, request, room);
  co_return Stream{"application/x-ndjson", [&app, room](SendChunk send) {
                     return send_export(app, room, std::move(send));
                   }};
}

}  // namespace chatroom
