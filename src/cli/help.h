#pragma once
// Help in two levels, the manual page and the reference page, all from one tree.

#include <string>

#include "cli/tree.h"

namespace liteship {

enum class HelpLevel {
  brief,     // -h: one screen, examples first
  complete,  // --help: every option
};

/// Help for the command at `path`.
[[nodiscard]] std::string render_help(const CommandInfo& root, const std::string& path,
                                      HelpLevel level);

/// deploy(1) as roff.
[[nodiscard]] std::string render_man(const CommandInfo& root, const std::string& version);

/// docs/commands.md.
[[nodiscard]] std::string render_reference(const CommandInfo& root);

/// Exit codes and their meanings, in order; the one list that help, manual and reference print.
[[nodiscard]] const std::vector<std::pair<int, std::string>>& exit_meanings();

}  // namespace liteship
