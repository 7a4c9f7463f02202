#pragma once

#include <filesystem>

#include "liteship/config.h"

namespace liteship {

/// Does the project know that this app has been replicated? `.deploy/replicas` says so: one line an
/// app, "app<TAB>url of the replica". It belongs into the repository, so that a second laptop, or a
/// fresh server, or a mistyped url, cannot make an empty database look like a first release.
[[nodiscard]] bool known_replica(const std::filesystem::path& root, const Config& config);

/// Notes that this app is replicated now. Nothing happens when it is noted already.
void remember_replica(const std::filesystem::path& root, const Config& config);

}  // namespace liteship
