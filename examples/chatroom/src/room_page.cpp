#include "room_page.h"

#include "layout.h"

namespace chatroom {
namespace {

Html render_mine(const RoomPage& page) {
  Html html;
  for (const auto& [room, unread] : page.mine) {
    html.markup(R"(<li data-room=")").number(room.id).markup(R"("><a href="/rooms/)");
    html.number(room.id).markup(R"(">)").text(room.name).markup("</a>");
    if (unread > 0 && room.id != page.room.id) {
      html.markup(R"( <span class="unread">)").number(unread);
      if (unread == rooms::most_unread) html.markup("+");
      html.markup("</span>");
    }
    html.markup("</li>\n");
  }
  return html;
}

Html render_others(const RoomPage& page) {
  Html html;
  if (page.others.empty()) return html;
  html.markup("<h2>Other rooms</h2>\n<ul>\n");
  for (const auto& [room, members] : page.others) {
    html.markup(R"(<li><a href="/rooms/)").number(room.id).markup(R"(">)").text(room.name);
    html.markup("</a> <small>").number(members).markup("</small></li>\n");
  }
  return html.markup("</ul>\n");
}

Html render_side(const RoomPage& page) {
  Html html;
  html.markup("<aside>\n<h2>Rooms</h2>\n<ul id=\"rooms\">\n");
  if (!page.user) html.markup("<li><a href=\"/rooms/1\">Lobby</a></li>\n");
  html.part(render_mine(page)).markup("</ul>\n").part(render_others(page));
  if (page.user) {
    html.markup(R"(<form method="post" action="/rooms">
<input name="name" placeholder="New room" maxlength="40" required autocomplete="off">
<button>Make</button>
</form>
)");
  }
  html.markup("<h2>Here now</h2>\n<ul id=\"here\">\n");
  for (const auto& name : page.here) html.markup("<li>").text(name).markup("</li>\n");
  html.markup("</ul>\n");
  if (!page.links.empty()) {
    html.markup("<h2>Links</h2>\n<ul>\n");
    for (const auto& link : page.links) {
      html.markup(R"(<li><a rel="noopener nofollow" href=")").text(link.url).markup(R"(">)");
      html.text(link.host).markup("</a></li>\n");
    }
    html.markup("</ul>\n");
  }
  return html.markup("</aside>\n");
}

Html render_messages(const RoomPage& page) {
  Html html;
  html.markup("<ol id=\"messages\" aria-live=\"polite\">\n");
  for (const auto& message : page.messages) {
    html.markup("<li><b>").text(message.author).markup("</b> ");
    html.text(message.body).markup("</li>\n");
  }
  return html.markup("</ol>\n");
}

Html render_composer(const RoomPage& page) {
  Html html;
  html.markup(R"(<p id="typing"></p>
<form id="form" method="post" action="/messages">
<input type="hidden" name="room" value=")");
  html.number(page.room.id).markup("\">\n");
  if (!page.user) {
    html.markup(R"(<input name="author" placeholder="Your name" maxlength="40" required>
)");
  }
  return html.markup(
      R"(<input name="body" placeholder="Say something" maxlength="1000" required autocomplete="off" autofocus>
<button>Send</button>
</form>
)");
}

Html render_room_head(const RoomPage& page) {
  Html html;
  html.markup("<h2>").text(page.room.name).markup("</h2>\n");
  if (!page.is_open) return html;
  html.markup(R"(<form action="/rooms/)").number(page.room.id).markup(R"(/search">
<input name="q" placeholder="Search" maxlength="100" required value=")");
  html.text(page.searched).markup("\">\n</form>\n");
  if (page.user && page.room.id != lobby) {
    html.markup(R"(<form method="post" action="/rooms/)").number(page.room.id);
    html.markup("/leave\"><button>Leave</button></form>\n");
  }
  return html;
}

// Where the script goes on: after the last message that is on the page.
Html render_main(const RoomPage& page) {
  const bool is_live = page.is_open && page.searched.empty();
  Html html;
  html.markup("<main");
  if (is_live) {
    html.markup(R"( data-live data-room=")").number(page.room.id).markup(R"(" data-last=")");
    html.number(page.messages.empty() ? 0 : page.messages.back().id);
    html.markup(R"(" data-newest=")").number(page.newest);
    html.markup(R"(" data-user=")").text(page.user ? page.user->name : "").markup("\"");
  }
  html.markup(">\n<div class=\"head\">").part(render_room_head(page)).markup("</div>\n");
  if (!page.is_open) {
    html.markup(R"(<form method="post" action="/rooms/)").number(page.room.id);
    return html.markup(
        "/join\"><p>You are not in this room yet. <button>Join</button></p></form>\n"
        "</main>\n");
  }
  html.part(render_messages(page));
  if (is_live) html.part(render_composer(page));
  return html.markup("</main>\n");
}

}  // namespace

Html render_room(const RoomPage& page) {
  Html html;
  html.markup("<div class=\"columns\">\n").part(render_side(page)).part(render_main(page));
  html.markup("</div>\n<script src=\"/app.js\"></script>\n");
  return render_page({page.room.name, page.version, page.user}, html);
}

}  // namespace chatroom
