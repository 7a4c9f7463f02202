#pragma once

#include "report.h"

namespace chatroom::load {

/// Sends reads and writes at a constant rate and counts how they end.
///
/// Open loop: request N is due at start + N / rps whatever became of those before it, and its
/// latency counts from then; a server that stalls for a second shows a second, not one slow
/// request. Ends after --for, when the file appears, or at SIGINT/SIGTERM, with what it saw so far.
/// Each connection is one author whose client_ids carry its running number, for `verify`.
/// Errors: std::runtime_error when the ack log cannot be written.
[[nodiscard]] Tally run_mixed(const Options& options);

}  // namespace chatroom::load
