#include "sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace chatroom {
namespace {

std::vector<Line> lines_of(const std::vector<Message>& messages) {
  std::vector<Line> lines;
  for (const auto& message : messages) {
    lines.push_back({message.id, room_channel(message.room),
                     std::make_shared<const std::string>(render_message(message))});
  }
  return lines;
}

std::vector<Line> lines_of(sqlite::Query rows) {
  std::vector<Line> lines;
  while (rows.next()) {
    lines.push_back(
        {rows.integer(0), rows.text(1), std::make_shared<const std::string>(rows.text(2))});
  }
  return lines;
}

std::vector<Line> oldest_first(std::vector<Line> lines) {
  std::ranges::reverse(lines);
  return lines;
}

}  // namespace

Source message_source() {
  return {
      [](Connections& read) -> sqlite::Database& { return read.app(); },
      [](sqlite::Database& app, int limit) { return lines_of(messages::newest(app, limit)); },
      [](sqlite::Database& app, std::int64_t last, int limit) {
        return lines_of(messages::after(app, last, limit));
      },
      [](sqlite::Database& app, const std::string& channel, std::int64_t last, int limit) {
        return lines_of(messages::after(app, room_of(channel, "room").value_or(0), last, limit));
      },
  };
}

Source event_source() {
  return {
      [](Connections& read) -> sqlite::Database& { return read.cable(); },
      [](sqlite::Database& cable, int limit) {
        return oldest_first(lines_of(
            cable.query("SELECT id, channel, payload FROM events ORDER BY id DESC LIMIT ?1",
                        std::int64_t{limit})));
      },
      [](sqlite::Database& cable, std::int64_t last, int limit) {
        return lines_of(cable.query(
            "SELECT id, channel, payload FROM events WHERE id > ?1 ORDER BY id LIMIT ?2", last,
            std::int64_t{limit}));
      },
      [](sqlite::Database& cable, const std::string& channel, std::int64_t last, int limit) {
        return lines_of(
            cable.query("SELECT id, channel, payload FROM events WHERE channel = ?1 AND id > ?2 "
                        "ORDER BY id LIMIT ?3",
                        channel, last, std::int64_t{limit}));
      },
  };
}

std::optional<RoomId> room_of(std::string_view channel, std::string_view kind) {
  if (!channel.starts_with(kind) || channel.substr(kind.size(), 1) != ":") return std::nullopt;
  channel.remove_prefix(kind.size() + 1);
  RoomId room = 0;
  const auto* end = channel.data() + channel.size();
  const auto [stopped, error] = std::from_chars(channel.data(), end, room);
  if (error != std::errc() || stopped != end || room <= 0) return std::nullopt;
  return room;
}

std::string room_channel(RoomId room) { return fmt::format("room:{}", room); }

std::string render_message(const Message& message) {
  nlohmann::ordered_json json = {
      {"id", message.id}, {"author", message.author}, {"body", message.body}};
  if (message.client_id) json["client_id"] = *message.client_id;
  json["created_at"] = message.created_at;
  return json.dump();
}

}  // namespace chatroom
