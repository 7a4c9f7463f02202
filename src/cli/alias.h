#pragma once
// `aliases:` of deploy.yml: commands of one's own.

#include <string>
#include <vector>

#include "cli/environment.h"

namespace CLI {
class App;
}

namespace liteship {

/// The words with an alias in front replaced by what it stands for; other words as they are. As in
/// Kamal, an alias is the first word, no command can be overridden, and what follows it is
/// appended: with `console: exec -i bin/console`, `deploy console -d staging` is `deploy exec -i
/// bin/console -d staging`.
///
/// Errors: Error{usage} with every problem of deploy.yml when the first word is no command and the
/// file cannot be read, and for an alias that names no command.
[[nodiscard]] std::vector<std::string> expand_alias(const CLI::App& tree, const Seams& seams,
                                                    const std::vector<std::string>& words);

}  // namespace liteship
