#pragma once
// Errors of local programs and files.

#include <string>

#include "liteship/diagnostic.h"
#include "liteship/process.h"

namespace liteship {

[[nodiscard]] Error failure(ErrorKind kind, std::string message, std::string reason = "");

/// The same with the reason of errno.
[[nodiscard]] Error system_failure(std::string message);

/// "`docker push` failed with status 1", the reason from its last line of error output.
[[nodiscard]] Error program_failure(const Command& command, const RunResult& result);

/// Throws Error{interrupted} when a stop was asked for.
void check_interrupts(const Interrupts& interrupts);

/// The last `count` lines of `text` that are not blank.
[[nodiscard]] std::vector<std::string> last_lines(std::string_view text, std::size_t count);

}  // namespace liteship
