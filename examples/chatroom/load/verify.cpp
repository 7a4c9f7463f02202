#include "verify.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "client.h"
#include "sqlite.h"

namespace chatroom::load {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Lines = std::vector<std::string>;

std::set<std::string> read_ack_log(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::set<std::string> client_ids;
  for (std::string line; std::getline(file, line);) {
    // A line without its end was being written when the tool was killed; it may not be whole.
    if (!file.eof()) client_ids.insert(line);
  }
  return client_ids;
}

// The client_ids of all messages in the order of their ids.
Lines read_database(const std::string& path) {
  sqlite::Database db(path, SQLITE_OPEN_READWRITE);
  db.execute("PRAGMA query_only = ON");
  auto rows = db.query("SELECT coalesce(client_id, '') FROM messages ORDER BY id");
  Lines client_ids;
  while (rows.next()) client_ids.push_back(rows.text(0));
  return client_ids;
}

Lines parse_export(const std::string& body) {
  Lines client_ids;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) {
    client_ids.push_back(nlohmann::json::parse(line).at("client_id").get<std::string>());
  }
  return client_ids;
}

Lines ask_app(const Url& url) {
  asio::io_context context{1};
  Client client(context, url);
  Result result;
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        result = co_await client.send({http::verb::get, "/messages/export", 11});
      },
      asio::detached);
  while (!context.stopped()) {
    context.run_for(std::chrono::milliseconds(250));
    client.break_off_if_late(Clock::now());
  }
  if (!result.ok()) throw std::runtime_error("GET /messages/export: " + result.failure);
  return parse_export(result.response.body());
}

struct Written {
  std::string author;
  std::uint64_t sequence = 0;
};

// `load-SEED-CONNECTION-SEQUENCE`, as run_mixed names them.
Written parse_client_id(const std::string& client_id) {
  const auto dash = client_id.rfind('-');
  Written written{client_id.substr(0, dash), 0};
  if (dash != std::string::npos) {
    std::from_chars(client_id.data() + dash + 1, client_id.data() + client_id.size(),
                    written.sequence);
  }
  return written;
}

}  // namespace

Verdict verify(const Options& options) {
  const auto acknowledged = read_ack_log(*options.ack_log);
  const auto stored = options.db ? read_database(*options.db) : ask_app(*options.url);
  Verdict verdict;
  verdict.acknowledged = acknowledged.size();
  verdict.messages = stored.size();
  std::set<std::string> seen;
  std::map<std::string, std::uint64_t> last_of_author;
  for (const auto& client_id : stored) {
    if (!acknowledged.contains(client_id)) continue;
    if (!seen.insert(client_id).second) verdict.repeated.push_back(client_id);
    const auto written = parse_client_id(client_id);
    auto& last = last_of_author[written.author];
    if (written.sequence < last) verdict.out_of_order.push_back(client_id);
    last = std::max(last, written.sequence);
  }
  for (const auto& client_id : acknowledged) {
    if (!seen.contains(client_id)) verdict.missing.push_back(client_id);
  }
  return verdict;
}

std::string render(const Verdict& verdict, Output output) {
  if (output == Output::json) {
    const nlohmann::ordered_json json = {
        {"acknowledged", verdict.acknowledged}, {"messages", verdict.messages},
        {"missing", verdict.missing},           {"repeated", verdict.repeated},
        {"out_of_order", verdict.out_of_order}, {"ok", verdict.ok()}};
    return json.dump() + "\n";
  }
  std::string text =
      fmt::format("{} acknowledged, {} messages: {} missing, {} repeated, {} out of order\n",
                  verdict.acknowledged, verdict.messages, verdict.missing.size(),
                  verdict.repeated.size(), verdict.out_of_order.size());
  for (const auto& id : verdict.missing) text += fmt::format("  missing {}\n", id);
  for (const auto& id : verdict.repeated) text += fmt::format("  repeated {}\n", id);
  for (const auto& id : verdict.out_of_order) text += fmt::format("  out of order {}\n", id);
  return text;
}

}  // namespace chatroom::load
