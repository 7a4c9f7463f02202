#pragma once
// Phase → POSIX sh, from the functions in templates/phase. Format: docs/protocol.md.

#include <string>
#include <vector>

#include "liteship/plan.h"
#include "liteship/remote.h"

namespace liteship {

/// A phase that ends with the connection: a subshell function and its call, streamed to `sh -s`.
/// Any word is valid input because words are quoted, never pasted.
[[nodiscard]] PhaseScript render_phase(const Phase& phase);

/// A phase that outlives the connection: writes itself to a file on the server, starts it in a
/// session of its own with the lock inherited, and follows its events.
[[nodiscard]] PhaseScript render_detached(const Phase& phase);

/// Follows a detached phase that is already running.
[[nodiscard]] PhaseScript render_follow(const Phase& phase);

/// One function of templates/phase as a command of its own, for Host::stream_into and run_command:
/// `sh -c '<functions> name "$@"' sh words…`. Its stdout is the answer, its stdin the caller's.
[[nodiscard]] Command render_command(const std::string& function,
                                     const std::vector<std::string>& words);

}  // namespace liteship
