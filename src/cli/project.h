#pragma once
// The project in this directory: its configuration, secrets, git state.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/environment.h"
#include "liteship/config.h"
#include "liteship/process.h"

namespace liteship {

struct Project {
  Config config;
  std::filesystem::path root;         // where hooks run and the build's context lies
  std::filesystem::path config_file;  // as it was found, e.g. config/deploy.yml
  std::optional<GitState> git;
};

/// The configuration alone, for what must be known before a verb is chosen. Nothing when there is
/// no file. Errors: Error{usage} with every problem at once.
[[nodiscard]] std::optional<Config> read_config(const Seams& seams, const GlobalOptions& options);

/// Reads deploy.yml, else config/deploy.yml, or the file of -c, and merges deploy.DESTINATION.yml.
/// Errors: Error{usage} when there is no such file, and every problem in them at once.
[[nodiscard]] Project load_project(const Environment& environment);

/// Every secret that the configuration names, from the secrets files and the environment.
/// Errors: Error{usage} with every missing one, before anything has started.
[[nodiscard]] Secrets load_secrets(const Environment& environment, const Project& project);

/// The values of `names` only: a command that builds nothing must not ask a vault for everything.
[[nodiscard]] Secrets load_secrets(const Environment& environment, const Project& project,
                                   const std::vector<SecretName>& names);

/// Every secret of the secrets files, in their order.
/// Errors: Error{usage} with every one that cannot be had.
[[nodiscard]] std::vector<std::pair<std::string, Secret>> list_secrets(
    const Environment& environment, const Project& project);

/// Who is at work: git's "Ada <ada@example.org>", else user@machine.
[[nodiscard]] std::string performer(const Environment& environment, const Project& project);

}  // namespace liteship
