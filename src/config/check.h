#pragma once
// Compares a configuration with the schema.

#include "config/node.h"
#include "config/schema.h"
#include "diagnostic/problems.h"

namespace liteship::config {

/// Reports unknown keys, wrong types, bad values and missing keys below `root`; warns about keys
/// that are accepted without effect. `file` is named where a key of the root is missing.
void check(const Node& root, const Schema& schema, const std::string& file, Problems& problems);

}  // namespace liteship::config
