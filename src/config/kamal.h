#pragma once
// The merged file as it was written, for those who look at it as Kamal does.

#include <string>

#include "config/node.h"

namespace liteship::config {

/// YAML that parse_yaml() reads back to the same values: a scalar that stood without quotes does so
/// here, so that every reader takes it for the same type. Anchors and merge keys are resolved.
[[nodiscard]] std::string to_yaml(const Node& node);

}  // namespace liteship::config
