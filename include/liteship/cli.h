#pragma once
// The command line: verbs, options, wiring.

namespace liteship {

/// Runs `deploy` with these arguments; returns the process's exit code (docs/commands.md).
[[nodiscard]] int run_cli(int argc, char** argv);

}  // namespace liteship
