#pragma once
// The verbs below `secrets`, as far as a secrets file may call them, too.

#include <variant>

#include "cli/command_line.h"
#include "liteship/secrets.h"

namespace liteship {

/// What `secrets fetch` or `secrets extract`, whichever was typed, prints; without the last line's
/// end.
[[nodiscard]] std::variant<Secret, Diagnostic> print_secret(const CommandLine& line,
                                                            const VaultTools& tools);

}  // namespace liteship
