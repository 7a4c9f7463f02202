#include "links.h"

namespace chatroom::links {

// Up to the next space; the host up to a slash, a port or a query.
std::vector<Link> find_in(const std::string& body) {
  std::vector<Link> links;
  for (std::size_t at = 0; (at = body.find("http", at)) != std::string::npos;) {
    const auto url = body.substr(at, body.find_first_of(" \t\r\n", at) - at);
    at += url.size();
    const auto scheme = url.find("://");
    if (scheme != 4 && !(scheme == 5 && url[4] == 's')) continue;
    const auto host = url.substr(scheme + 3, url.find_first_of("/:?#", scheme + 3) - scheme - 3);
    if (!host.empty()) links.push_back({url, host});
  }
  return links;
}

void put(sqlite::Database& app, MessageId message, const std::vector<Link>& links) {
  app.run("DELETE FROM links WHERE message_id = ?1", message);
  for (const auto& link : links) {
    app.run("INSERT INTO links(message_id, url, host) VALUES(?1, ?2, ?3)", message, link.url,
            link.host);
  }
}

std::vector<Link> newest(sqlite::Database& app, RoomId room, int limit) {
  auto rows = app.query(
      "SELECT l.url, l.host FROM links l JOIN messages m ON m.id = l.message_id "
      "WHERE m.room_id = ?1 ORDER BY l.id DESC LIMIT ?2",
      room, std::int64_t{limit});
  std::vector<Link> found;
  while (rows.next()) found.push_back({rows.text(0), rows.text(1)});
  return found;
}

}  // namespace chatroom::links
