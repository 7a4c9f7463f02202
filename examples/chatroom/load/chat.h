#pragma once

#include <cstdint>
#include <string>

#include "options.h"

namespace chatroom::load {

/// What a run of `chat` saw.
struct Chat {
  std::uint64_t users = 0;
  std::uint64_t unconnected = 0;  ///< could not connect or subscribe, or lost the connection
  std::uint64_t posted = 0;
  std::uint64_t unposted = 0;   ///< refused
  std::uint64_t delivered = 0;  ///< of posted × users
  std::uint64_t lost = 0;
  std::uint64_t repeated = 0;  ///< delivered more than once, or out of order
  double connections_per_s = 0;
  double most_connections_per_s = 0;  ///< in one second
  double messages_per_s = 0;          ///< deliveries, from the first post to the last delivery
  double most_messages_per_s = 0;     ///< the best 100 ms, times ten

  [[nodiscard]] bool ok() const { return unconnected + unposted + lost + repeated == 0; }
};

/// As Campfire's load test: --users arrive within --arrival, each opens a WebSocket and subscribes
/// to its streams; then one poster sends --messages, one after the other. Every user must get every
/// message once and in order.
[[nodiscard]] Chat run_chat(const Options& options);

[[nodiscard]] std::string render(const Chat& chat, Output output);

}  // namespace chatroom::load
