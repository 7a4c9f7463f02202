#pragma once
// A container in words and in JSON.

#include <nlohmann/json.hpp>
#include <string>

#include "liteship/plan.h"

namespace liteship {

/// "running", "paused", "stopped, status 1", "not there" (null).
[[nodiscard]] std::string describe_state(const Container* container);

/// null when there is none; keys: docs/json.md.
[[nodiscard]] nlohmann::ordered_json container_json(const Container* container);

}  // namespace liteship
