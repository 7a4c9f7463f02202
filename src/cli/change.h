#pragma once
// Verbs that run one phase under the lock and then say one sentence.

#include <functional>
#include <string>

#include "cli/command_line.h"
#include "cli/server.h"

namespace liteship {

struct ChangeWords {
  std::string done;     // "the proxy runs"
  std::string nothing;  // when there was nothing to do; empty: `done`
};

/// Runs the phase that `plan` makes of the facts. Result: the exit code, 0.
[[nodiscard]] int run_change(const CommandLine& line, Environment& environment, Server& server,
                             const std::function<Phase(const Facts&)>& plan,
                             const ChangeWords& words);

/// Says how it ended, unless a dry run has said what would be done.
[[nodiscard]] int answer_change(const Environment& environment, bool ran, const ChangeWords& words);

}  // namespace liteship
