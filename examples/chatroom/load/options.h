#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace chatroom::load {

/// The command line is wrong; what() says how.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Where the app answers. Only addresses: the tool is meant for loopback and for test networks.
struct Url {
  std::string address;  ///< IPv4, or `localhost`
  std::uint16_t port = 80;
  std::string host;  ///< Host header: --host-header, else as in the URL
};

enum class Output { table, json };

struct Options {
  std::string command;  ///< `mixed`, `write`, `contend`, `chat` or `verify`
  std::optional<Url> url;
  double rps = 200;
  std::chrono::duration<double> time{10};  ///< --for; the upper bound with --until-file-exists
  std::optional<std::string> until_file_exists;
  unsigned reads = 80;        ///< percent; the rest are writes
  unsigned connections = 16;  ///< at most so many requests are open at once
  std::uint64_t seed = 0;     ///< default: the clock, so two runs never use the same client_id
  std::optional<std::string> ack_log;
  /// verify: read this file instead of asking the app; contend: the directory to work in
  std::optional<std::string> db;
  std::vector<unsigned> levels{1, 2, 4, 8, 16, 32};  ///< write, contend: -c, writers at once
  std::uint64_t requests = 10'000'000;               ///< write: at most so many per level
  unsigned users = 1000;                             ///< chat: WebSockets
  std::chrono::duration<double> arrival{30};         ///< chat: in which they connect
  unsigned messages = 100;                           ///< chat: that one poster sends
  Output output = Output::table;
};

extern const char* const usage;

/// Errors: UsageError.
[[nodiscard]] Options parse_options(const std::vector<std::string>& arguments);

}  // namespace chatroom::load
