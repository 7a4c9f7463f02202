#pragma once
// Completion scripts, from the tree of commands.

#include <string>

#include "cli/tree.h"

namespace liteship {

[[nodiscard]] std::string bash_completion(const CommandInfo& root);
[[nodiscard]] std::string zsh_completion(const CommandInfo& root);
[[nodiscard]] std::string fish_completion(const CommandInfo& root);

}  // namespace liteship
