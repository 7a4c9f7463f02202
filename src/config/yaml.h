#pragma once
// The one place that sees yaml-cpp.

#include <string>
#include <vector>

#include "config/node.h"
#include "diagnostic/problems.h"
#include "liteship/config.h"

namespace liteship::config {

/// Every document of a YAML file; anchors, aliases and `<<` are resolved. Places are those of the
/// file as it was written, before ERB.
///
/// Result: empty when the text holds no document, or when it is not YAML (then `problems` says
/// why). A key that stands twice is a problem too; the last one wins.
[[nodiscard]] std::vector<Node> parse_yaml(const erb::Expanded& file, Problems& problems);

}  // namespace liteship::config
