#pragma once
// From flags to ReleaseOptions, and from a ReleaseReport to words.

#include "cli/command_line.h"
#include "cli/project.h"
#include "liteship/release.h"

namespace liteship {

/// `--version`, else the variable VERSION, as Kamal reads it; nothing when there is neither.
[[nodiscard]] std::optional<std::string> named_version(const ReleaseFlags& flags,
                                                       const Environment& environment);

[[nodiscard]] ReleaseOptions release_options_of(const ReleaseFlags& flags,
                                                const Environment& environment,
                                                const Project& project, Action action);

[[nodiscard]] std::string describe_report(const ReleaseReport& report);
[[nodiscard]] std::string report_json(const ReleaseReport& report);

/// Gives the answer. Result: the exit code, 0.
[[nodiscard]] int show_report(const Environment& environment, const ReleaseReport& report);

}  // namespace liteship
