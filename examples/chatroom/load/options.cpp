#include "options.h"

#include <fmt/format.h>

#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <sstream>

namespace chatroom::load {
namespace {

constexpr double longest_run_s = 3600;

double parse_number(const std::string& name, const std::string& text, double least, double most) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < least || number > most) {
    throw UsageError(
        fmt::format("{} must be a number in {}…{}, not `{}`", name, least, most, text));
  }
  return number;
}

// 90, 90s or 2m.
std::chrono::duration<double> parse_time(const std::string& name, std::string text) {
  double unit = 1;
  if (!text.empty() && (text.back() == 's' || text.back() == 'm')) {
    unit = text.back() == 'm' ? 60 : 1;
    text.pop_back();
  }
  return std::chrono::duration<double>(parse_number(name, text, 0.1, longest_run_s / unit) * unit);
}

Url parse_url(const std::string& text) {
  const std::string scheme = "http://";
  if (!text.starts_with(scheme))
    throw UsageError(fmt::format("`{}` is not http://HOST:PORT", text));
  auto rest = text.substr(scheme.size());
  rest = rest.substr(0, rest.find('/'));
  Url url;
  url.host = rest;
  const auto colon = rest.find(':');
  url.address = rest.substr(0, colon);
  if (url.address == "localhost") url.address = "127.0.0.1";
  if (colon != std::string::npos) {
    url.port =
        static_cast<std::uint16_t>(parse_number("the port", rest.substr(colon + 1), 1, 65535));
  }
  return url;
}

std::uint64_t clock_seed() {
  return static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count());
}

// 1,2,4
std::vector<unsigned> parse_levels(const std::string& text) {
  std::vector<unsigned> levels;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    levels.push_back(static_cast<unsigned>(parse_number("-c", part, 1, 1024)));
  }
  if (levels.empty()) throw UsageError("-c needs numbers, as in 1,2,4");
  return levels;
}

void check(const Options& options) {
  static const std::set<std::string> commands = {"mixed", "write", "contend", "chat", "verify"};
  if (!commands.contains(options.command)) {
    throw UsageError(fmt::format("unknown command `{}`", options.command));
  }
  const bool takes_db = options.command == "verify" || options.command == "contend";
  if (!options.url && !(takes_db && options.db)) throw UsageError("--url is missing");
  if (options.command == "contend" && !options.db) throw UsageError("--db is missing");
  if (options.command == "verify" && !options.ack_log) throw UsageError("--ack-log is missing");
}

}  // namespace

const char* const usage =
    "chatroom-load: load for the chatroom, and proof that nothing was lost\n"
    "  chatroom-load mixed --url http://ADDRESS:PORT [--host-header HOST] [--rps 200] [--for 10s]\n"
    "                      [--until-file-exists FILE] [--reads 80] [--connections 16] [--seed N]\n"
    "                      [--ack-log FILE] [--json]\n"
    "  chatroom-load write --url http://ADDRESS:PORT [-c 1,2,4,8,16,32] [--for 10s] [--requests "
    "N]\n"
    "                      [--ack-log FILE] [--json]\n"
    "  chatroom-load chat --url http://ADDRESS:PORT [--users 1000] [--arrival 30s]\n"
    "                      [--messages 100] [--json]\n"
    "  chatroom-load contend --db DIRECTORY [-c 1,2,4,8,16,32] [--for 10s] [--json]\n"
    "  chatroom-load verify --ack-log FILE (--url http://ADDRESS:PORT [--host-header HOST] | --db "
    "FILE)\n"
    "                       [--json]\n"
    "Exit codes: 0 nothing failed and nothing is missing, 1 something did or is, 2 usage.\n";

Options parse_options(const std::vector<std::string>& arguments) {
  Options options;
  options.seed = clock_seed();
  options.command = arguments.empty() ? "" : arguments.front();
  std::optional<std::string> host_header;
  bool has_time = false;
  using Set = std::function<void(const std::string&)>;
  const std::map<std::string, Set> setters = {
      {"--url", [&](auto& v) { options.url = parse_url(v); }},
      {"--host-header", [&](auto& v) { host_header = v; }},
      {"--rps", [&](auto& v) { options.rps = parse_number("--rps", v, 1, 100'000); }},
      {"--for",
       [&](auto& v) {
         options.time = parse_time("--for", v);
         has_time = true;
       }},
      {"--until-file-exists", [&](auto& v) { options.until_file_exists = v; }},
      {"--reads",
       [&](auto& v) { options.reads = static_cast<unsigned>(parse_number("--reads", v, 0, 100)); }},
      {"--connections",
       [&](auto& v) {
         options.connections = static_cast<unsigned>(parse_number("--connections", v, 1, 4096));
       }},
      {"--seed",
       [&](auto& v) {
         options.seed = static_cast<std::uint64_t>(parse_number("--seed", v, 0, 1e15));
       }},
      {"-c", [&](auto& v) { options.levels = parse_levels(v); }},
      {"--requests",
       [&](auto& v) {
         options.requests = static_cast<std::uint64_t>(parse_number("--requests", v, 1, 1e9));
       }},
      {"--users",
       [&](auto& v) { options.users = static_cast<unsigned>(parse_number("--users", v, 1, 1e5)); }},
      {"--arrival", [&](auto& v) { options.arrival = parse_time("--arrival", v); }},
      {"--messages",
       [&](auto& v) {
         options.messages = static_cast<unsigned>(parse_number("--messages", v, 1, 1e6));
       }},
      {"--ack-log", [&](auto& v) { options.ack_log = v; }},
      {"--db", [&](auto& v) { options.db = v; }},
  };
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--json") {
      options.output = Output::json;
      continue;
    }
    const auto setter = setters.find(arguments[i]);
    if (setter == setters.end()) throw UsageError(fmt::format("unknown option `{}`", arguments[i]));
    if (i + 1 == arguments.size()) throw UsageError(fmt::format("{} needs a value", arguments[i]));
    setter->second(arguments[++i]);
  }
  if (host_header && options.url) options.url->host = *host_header;
  if (options.until_file_exists && !has_time) options.time = std::chrono::minutes(10);
  check(options);
  return options;
}

}  // namespace chatroom::load
