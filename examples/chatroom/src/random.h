#pragma once

#include <cstdint>
#include <random>

namespace chatroom {

/// A number that no other process gives to one of its own: 63 bits.
[[nodiscard]] inline std::int64_t random_id() {
  std::random_device random;
  return (static_cast<std::int64_t>(random()) << 31) ^ random();
}

}  // namespace chatroom
