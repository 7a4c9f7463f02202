#include "room_routes.h"

#include <fmt/format.h>

#include <algorithm>

#include "clock.h"
#include "identity.h"
#include "room_list.h"
#include "room_page.h"

namespace chatroom {
namespace {

namespace asio = boost::asio;

constexpr int messages_on_page = 40;  // as Campfire
constexpr int links_on_page = 8;

Room must_exist(sqlite::Database& app, RoomId id) {
  auto room = rooms::find(app, id);
  if (!room) throw Refused(Status::not_found, "no such room");
  return *room;
}

// What is in the records, in one go. choose_messages: of those who may see them.
template <class ChooseMessages>
void read_records(RoomPage& page, Connections& read, RoomId id, ChooseMessages choose_messages) {
  page.room = must_exist(read.app(), id);
  page.is_open = rooms::may_enter(read.app(), id, page.user);
  if (!page.user && !page.is_open) throw Refused(Status::unauthorized, "sign in first");
  if (page.user) page.mine = rooms::of_user(read.app(), page.user->id);
  if (!page.is_open) return;
  page.here = who_is_here(read.cable(), id, milliseconds_since_1970());
  page.links = links::newest(read.app(), id, links_on_page);
  page.messages = choose_messages(read.app());
}

template <class ChooseMessages>
asio::awaitable<RoomPage> prepare(App& app, const Request& request, RoomId id,
                                  ChooseMessages choose_messages) {
  RoomPage page;
  page.version = app.environment.version;
  page.newest = app.feed.newest_id();  // before the read: what comes in between is heard twice
  co_await app.databases.readers.next().run([&](Connections& read) {
    page.user = find_user(read, request);
    read_records(page, read, id, choose_messages);
  });
  if (!page.user) co_return page;
  page.others = co_await list_rooms(app.databases);
  std::erase_if(page.others, [&](const rooms::Listed& other) {
    return std::ranges::any_of(page.mine,
                               [&](const auto& mine) { return mine.room.id == other.room.id; });
  });
  co_return page;
}

// Most views of a page find nothing unread, and cost no write.
asio::awaitable<void> mark_shown(App& app, const RoomPage& page) {
  if (!page.user || page.messages.empty()) co_return;
  const auto mine = std::ranges::find(page.mine, page.room.id,
                                      [](const rooms::Mine& each) { return each.room.id; });
  if (mine == page.mine.end() || mine->unread == 0) co_return;
  const auto last = page.messages.back().id;
  co_await app.databases.app.run(
      [&](sqlite::Database& db) { rooms::mark_read(db, page.room.id, page.user->id, last); });
}

}  // namespace

asio::awaitable<Response> show_room(App& app, const Request& request, const Target& target) {
  const auto newest = [&](sqlite::Database& db) {
    return messages::newest(db, target.id, messages_on_page);
  };
  const auto page = co_await prepare(app, request, target.id, newest);
  co_await mark_shown(app, page);
  co_return reply_page(Status::ok, render_room(page));
}

asio::awaitable<Response> search_room(App& app, const Request& request, const Target& target) {
  const auto words = target.query.text("q", 200);
  const auto found = [&](sqlite::Database& db) {
    return messages::search(db, target.id, words, messages_on_page);
  };
  auto page = co_await prepare(app, request, target.id, found);
  page.searched = words;
  co_return reply_page(Status::ok, render_room(page));
}

asio::awaitable<Response> add_room(App& app, const Request& request, const Target&) {
  const auto user = co_await need_user(app, request);
  const auto name = fields_of(request).text("name", 40);
  const auto room = co_await app.databases.app.run([&](sqlite::Database& db) {
    return rooms::add(db, name, user.id, milliseconds_since_1970());
  });
  if (!room) throw Refused(Status::conflict, "a room of this name exists");
  co_await forget_room_list(app.databases);
  co_return see_other(fmt::format("/rooms/{}", room->id));
}

asio::awaitable<Response> join_room(App& app, const Request& request, const Target& target) {
  const auto user = co_await need_user(app, request);
  co_await app.databases.app.run([&](sqlite::Database& db) {
    const auto room = must_exist(db, target.id);
    rooms::join(db, room.id, user.id);
  });
  co_await forget_room_list(app.databases);
  co_return see_other(fmt::format("/rooms/{}", target.id));
}

asio::awaitable<Response> leave_room(App& app, const Request& request, const Target& target) {
  const auto user = co_await need_user(app, request);
  if (target.id == lobby) throw Refused(Status::forbidden, "everybody is in the lobby");
  co_await app.databases.app.run(
      [&](sqlite::Database& db) { rooms::leave(db, target.id, user.id); });
  co_await forget_room_list(app.databases);
  co_return see_other("/rooms/1");
}

}  // namespace chatroom
