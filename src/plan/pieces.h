#pragma once
// Words of commands that several phases share.

#include <string>
#include <vector>

#include "liteship/plan.h"

namespace liteship {

/// Where on the server a role's env file is, below $HOME.
[[nodiscard]] std::string env_path(const Config& config, const Role& role);

/// NAME=value lines of a role's secrets, as `docker run --env-file` reads them.
/// Errors: Error{usage} for a value with a newline, which the format cannot carry.
[[nodiscard]] PhaseFile env_file(const Config& config, const Secrets& secrets, const Role& role);

/// `docker run` words after `--detach --name NAME`, ending with the image and the role's command.
[[nodiscard]] std::vector<std::string> run_words(const Config& config, const Role& role,
                                                 const Version& version, const std::string& image,
                                                 const std::string& home);

/// The same for a one-off container of the new image that runs `command`.
[[nodiscard]] std::vector<std::string> one_off_words(const Config& config, const Role& role,
                                                     const std::string& image,
                                                     const std::string& command,
                                                     const std::string& home);

/// `docker run` words of the proxy after `--detach --name kamal-proxy`.
[[nodiscard]] std::vector<std::string> proxy_words(const Config& config, const std::string& home);

/// Flags of `kamal-proxy deploy` after the target, for a role with a proxy.
[[nodiscard]] std::vector<std::string> deploy_flags(const Config& config, const Role& role);

/// A role's own certificate and key as files of ours on the server; none without them.
[[nodiscard]] std::vector<PhaseFile> certificate_files(const Config& config, const Secrets& secrets,
                                                       const Role& role);
/// Where the proxy reads them, in its container.
[[nodiscard]] std::string certificate_directory(const Config& config, const Role& role);

/// A volume's source as Docker takes it: `~` and relative paths below `home`.
[[nodiscard]] std::string volume_source(const Volume& volume, const std::string& home);

/// A hash of words, so that a change of configuration is seen (label liteship.spec).
[[nodiscard]] std::string spec_of(const std::vector<std::string>& words);

/// The seconds that a role's container gets to stop.
[[nodiscard]] std::string stop_seconds(const Config& config, const Role& role);

/// Variables that every phase of this app has.
[[nodiscard]] std::map<std::string, std::string> phase_variables(const Config& config);

/// Kamal's lock directory, below $HOME.
[[nodiscard]] std::string kamal_lock(const Config& config);

/// The roles that take traffic, and those that do not.
[[nodiscard]] std::vector<const Role*> roles_with_proxy(const Config& config);
[[nodiscard]] std::vector<const Role*> roles_without_proxy(const Config& config);

/// The volume that holds `path` (a path in the container); nothing when none does.
[[nodiscard]] const Volume* volume_of(const Config& config, const std::string& path);

// ---- the replicator

/// Does anything replicate?
[[nodiscard]] bool replicates(const Config& config);
[[nodiscard]] std::vector<std::string> replicated_paths(const Config& config);
/// Names the place that the copies go to; another place has another name.
[[nodiscard]] std::string replica_id(const Config& config);
/// litestream.yml, its env file and keys.
[[nodiscard]] std::vector<PhaseFile> sidecar_files(const Config& config, const Secrets& secrets);
/// `docker run` words of the replicator after `--detach --name NAME`.
[[nodiscard]] std::vector<std::string> sidecar_words(const Config& config, const Secrets& secrets,
                                                     const std::string& user,
                                                     const std::string& home);
/// `docker run --rm` words of a one-off Litestream, ending with its image.
[[nodiscard]] std::vector<std::string> litestream_once_words(const Config& config,
                                                             const std::string& user,
                                                             const std::string& home);

/// A ledger line without its last brace; the server adds when it ended.
[[nodiscard]] std::string ledger_line(const Request& request, const Plan& plan,
                                      const std::string& status, const std::string& snapshot);

/// {"by","command","since","kind"} on one line.
[[nodiscard]] std::string lock_owner(const Request& request, const std::string& kind);

/// `Error{usage}` when any problem was found.
void throw_if_any(std::vector<Diagnostic> problems);

}  // namespace liteship
