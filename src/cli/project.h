#pragma once
// The project in this directory: its configuration, secrets, git state.

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/environment.h"
#include "liteship/config.h"
#include "liteship/plan.h"
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

/// As a note in one line.
void show_warning(const Environment& environment, const Diagnostic& warning);

/// A path of deploy.yml: `~/` is the home here, anything else stands below the project.
[[nodiscard]] std::filesystem::path expand_home(const Environment& environment,
                                                const std::string& path);

/// What ERB may do: as with Kamal, everything that the person may. References outlive the result.
[[nodiscard]] ErbTools erb_tools(const Seams& seams, Interrupts& interrupts);

/// The values of `names`, from the secrets files and the environment: a command that builds nothing
/// must not ask a vault for everything. Errors: Error{usage} with every missing one.
[[nodiscard]] Secrets load_secrets(const Environment& environment, const Project& project,
                                   const std::vector<SecretName>& names);

/// Every secret of the secrets files, in their order.
/// Errors: Error{usage} with every one that cannot be had.
[[nodiscard]] std::vector<std::pair<std::string, Secret>> list_secrets(
    const Environment& environment, const Project& project);

/// The private key that the replicator logs in with: a file here, and a secret from then on.
/// Errors: Error{usage} when `sqlite: replica: key_path:` cannot be read.
void read_replica_key(const Environment& environment, const Config& config, Secrets& secrets);

/// The accessories that `name` means: one, or every one for `all`.
/// Errors: Error{usage} with a suggestion, or when there are none.
[[nodiscard]] std::vector<const Accessory*> choose_accessories(const Config& config,
                                                               const std::string& name);

/// The contents of their files, ERB rendered. secrets: those that the accessories need.
/// Errors: Error{usage} with every file that cannot be read or rendered.
[[nodiscard]] std::vector<AccessoryInput> read_accessories(
    const Environment& environment, const Secrets& secrets,
    const std::vector<const Accessory*>& accessories);

/// Who is at work: git's "Ada <ada@example.org>", else user@machine.
[[nodiscard]] std::string performer(const Environment& environment, const Project& project);

}  // namespace liteship
