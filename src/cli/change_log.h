#pragma once
// Where else a command that changes the server is reported: `output` in deploy.yml.

#include "cli/project.h"
#include "liteship/release.h"

namespace liteship {

/// From here on the reporter writes to a file of the project and to a collector, as they are named.
void log_change(const Environment& environment, const Project& project,
                const ReleaseOptions& options);

}  // namespace liteship
