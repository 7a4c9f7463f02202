#pragma once
// What Ruby makes of a YAML scalar.

#include <string>

#include "config/node.h"

namespace liteship::config {

/// The text that Kamal gives to containers and to docker for this value: a scalar in quotes as it
/// stands; without, what YAML 1.1 makes of it (`yes` → `true`, `1_000` → `1000`, `010` → `8`).
[[nodiscard]] std::string ruby_text(const Node& node);

}  // namespace liteship::config
