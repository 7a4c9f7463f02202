#pragma once
// Words of commands that several phases share.

#include <string>
#include <vector>

#include "liteship/plan.h"

namespace liteship {

/// Where on the server a role's env file is, below $HOME.
[[nodiscard]] std::string env_path(const Config& config, const Role& role);

/// Secrets for a container's environment, in the forms that `docker run` takes them
/// (docs/adr/0009-secrets-in-the-environment.md).
struct EnvFiles {
  std::vector<PhaseFile> files;   // PATH for --env-file and, when a value needs it, PATH.sh
  std::vector<std::string> gone;  // PATH.sh, when no value needs it
  std::string values;             // PATH.sh or ""

  /// Every byte that the container gets, for spec_of().
  [[nodiscard]] std::string content() const;
  /// `command`, whose docker_run finds the values.
  [[nodiscard]] Command carried_by(Command command) const;
  void add_to(Phase& phase) const;
};

/// path: of the env file, below $HOME.
/// Errors: Error{usage} for values that no environment can carry, all at once.
[[nodiscard]] EnvFiles env_files(const std::string& path, const std::vector<SecretName>& names,
                                 const Secrets& secrets);

/// Where Kamal keeps the assets of an app's versions, below $HOME.
[[nodiscard]] std::string assets_directory(const Config& config);

/// `docker run` words after `--detach --name NAME`, ending with the image and the role's command.
[[nodiscard]] std::vector<std::string> run_words(const Config& config, const Role& role,
                                                 const Version& version, const std::string& image,
                                                 const std::string& home);

/// The same for a one-off container of the new image that runs `command`.
[[nodiscard]] std::vector<std::string> one_off_words(const Config& config, const Role& role,
                                                     const std::string& image,
                                                     const std::string& command,
                                                     const std::string& home);

/// Does any role, or an accessory of `request`, take requests?
[[nodiscard]] bool needs_proxy(const Config& config, const Request& request);

/// What the proxy knows under this name; null when it knows nothing.
[[nodiscard]] const ProxyService* service_of(const Facts& facts, const std::string& name);

/// The app's container that the proxy sends a service's requests to; null when it is gone.
[[nodiscard]] const Container* container_behind(const ProxyService& service, const Facts& facts);

/// The one that the proxy sends a role's requests to; where it says nothing, current_container().
[[nodiscard]] const Container* serving_container(const Config& config, const Role& role,
                                                 const Facts& facts);

/// Adds steps that make the network, unless something of ours proves that it is there.
void add_network(Phase& phase, const Facts& facts);

/// Adds steps after which kamal-proxy runs: none when it does already.
void add_proxy(Phase& phase, const Config& config, const Facts& facts);

/// Adds the steps that start an accessory where it is not running: files, directories, container,
/// route. The network, and the proxy it may need, must be there.
void add_accessory(Phase& phase, const Config& config, const Secrets& secrets,
                   const AccessoryInput& input, const Facts& facts);

/// Stopped containers beyond `retain` of each role; the one that serves counts, too.
[[nodiscard]] std::vector<const Container*> old_containers(const Config& config, int retain,
                                                           const Facts& facts);

/// Errors: Error{usage} for each accessory of `request` whose container's name somebody else has.
void check_names(const Request& request, const Facts& facts);

/// Adds `--volume source:target[:options]`.
void add_mount(std::vector<std::string>& words, const std::string& source,
               const std::string& target, const std::string& options);

/// Adds every option of deploy.yml, `restart` too.
/// home: of the server's user, for `${HOME}` and `${PWD}` in the values.
void add_options(std::vector<std::string>& words, const OptionList& options,
                 const std::string& home);

/// The steps by which an accessory goes, whoever plans it: its route, its container, its secrets.
[[nodiscard]] Step leave_step(const Accessory& accessory);
[[nodiscard]] Step remove_step(const Accessory& accessory);
[[nodiscard]] Step forget_secrets_step(const Config& config, const Accessory& accessory);

/// Adds `command` of deploy.yml, one string, as words: split as Kamal's shell would.
void add_command(std::vector<std::string>& words, const std::string& command);

/// Adds logging options.
void add_logging(std::vector<std::string>& words, const Logging& logging);

/// An image with coreutils that is on the server anyway, the proxy's; else `otherwise`.
[[nodiscard]] std::string tool_image(const Facts& facts, const std::string& otherwise);

/// One with tar, too, that is there once a release is prepared: the proxy's where a role has a
/// route, else the app's.
[[nodiscard]] std::string prepared_tool_image(const Config& config, const Request& request,
                                              const Facts& facts);

/// `docker run` words of the proxy after `--detach --name kamal-proxy`.
[[nodiscard]] std::vector<std::string> proxy_words(const ProxyBoot& boot, const std::string& home);

/// Is the image's tag an older version of the proxy?
[[nodiscard]] bool older_proxy(const std::string& image, const std::string& version);

/// Of the three last of ProxyAction.
[[nodiscard]] Phase plan_proxy_cleanup(const Config& config, ProxyAction action,
                                       const Facts& facts);

/// Does the proxy's container take this port of the server?
[[nodiscard]] bool publishes(const ProxyBoot& boot, int port);

/// Flags of `kamal-proxy deploy` after the target, for a role with a proxy.
[[nodiscard]] std::vector<std::string> deploy_flags(const Config& config, const Role& role);

/// `command` ends with flags of `kamal-proxy deploy`: the pages of this version are added to them,
/// where the server has them.
[[nodiscard]] Command with_pages(const Config& config, const std::string& version, Command command);

/// The pages of `error_pages_path` as files on the server, where Kamal puts them.
[[nodiscard]] std::vector<PhaseFile> error_page_files(const Config& config, const Request& request,
                                                      const Version& version);

/// The same for anything else that takes requests. certificates: where the proxy finds its own.
[[nodiscard]] std::vector<std::string> deploy_flags(const Config& config, const ProxyConfig& proxy,
                                                    const std::string& certificates);

/// Adds what brings a certificate of one's own to the proxy; nothing without one. name: a role's,
/// or an accessory's container's.
void add_certificate(Phase& phase, const Config& config, const Secrets& secrets,
                     const ProxyConfig& proxy, const std::string& name);
/// Where the proxy reads them, in its container.
[[nodiscard]] std::string certificate_directory(const Config& config, const std::string& name);

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
/// litestream.yml and keys.
[[nodiscard]] std::vector<PhaseFile> sidecar_files(const Config& config, const Secrets& secrets);
/// The replicator's environment.
[[nodiscard]] EnvFiles sidecar_env(const Config& config, const Secrets& secrets);
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
