#pragma once
// Steps between reading a file and checking it.

#include <map>
#include <string>

#include "config/node.h"
#include "diagnostic/problems.h"
#include "liteship/config.h"

namespace liteship::config {

/// Reports Kamal 1 keys in one diagnostic with the Kamal 2 form of each, and removes them from
/// `root`, so that they are not reported again as unknown.
void reject_kamal_1(Node& root, const std::string& file, Problems& problems);

/// Replaces `${NAME}` and `${NAME:-default}` in values, except where containers are told something
/// (`env`, `cmd`, `options`, `aliases`); `$${` becomes `${`. Reports variables that are not set.
void expand_variables(Node& root, const std::map<std::string, std::string>& environment,
                      Problems& problems);

/// Removes the root's keys that begin with `x-`.
void drop_extensions(Node& root);

}  // namespace liteship::config
