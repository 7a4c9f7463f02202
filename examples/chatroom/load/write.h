#pragma once

#include "levels.h"

namespace chatroom::load {

/// Creates messages in a closed loop, at each level of -c for --for: every writer posts its next
/// message when the last one is answered. Ends a level early after --requests.
/// Errors: std::runtime_error when the ack log cannot be written.
[[nodiscard]] std::vector<Level> run_write(const Options& options);

}  // namespace chatroom::load
