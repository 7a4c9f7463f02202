#pragma once
// Programs of vaults, and the commands of a secrets file.

#include "cli/environment.h"
#include "liteship/secrets.h"

namespace liteship {

/// The programs of this machine, in the project's directory. They may ask where there is a terminal
/// and no --no-input.
[[nodiscard]] VaultTools vault_tools(const Environment& environment);

/// Runs one `$(…)` of a secrets file: `kamal secrets …` and `deploy secrets …` in this process,
/// anything else with `sh`.
[[nodiscard]] SecretOutcome run_secret_command(const Environment& environment,
                                               const std::string& command);

}  // namespace liteship
