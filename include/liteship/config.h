#pragma once
// deploy.yml and its destination file → Config: plain values, every default a member initialiser.
// No I/O: the caller reads the files and runs the commands of ERB and of the secrets file.

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "liteship/diagnostic.h"
#include "liteship/erb.h"
#include "liteship/support.h"

namespace liteship {

/// Options of `docker run`: names without `--`, in the file's order; a value may repeat a name.
/// Write them as `--name=value`: the only form that also suits flags (`init: true`).
using OptionList = std::vector<std::pair<std::string, std::string>>;

/// A secret that a container gets: `NAME` or `NAME:SECRET` (its name in the secrets file).
struct SecretName {
  std::string name;
  std::string secret;
  Location where;
  bool operator==(const SecretName&) const = default;
};

struct EnvConfig {
  std::map<std::string, std::string> clear;
  std::vector<SecretName> secret;
  bool operator==(const EnvConfig&) const = default;
};

struct HealthCheck {
  std::string path = "/up";
  // Kamal's default is 1 s, and that wait is most of a swap; 100 ms costs an idle app nothing
  // because kamal-proxy stops checking a single target once it is healthy.
  std::chrono::milliseconds interval{100};
  std::chrono::milliseconds timeout{5000};
  bool operator==(const HealthCheck&) const = default;
};

struct Buffering {
  bool requests = true;  // Kamal's default; kamal-proxy's own is false
  bool responses = true;
  std::optional<std::uint64_t> max_request_body;   // bytes; unset: no limit
  std::optional<std::uint64_t> max_response_body;  // bytes
  std::optional<std::uint64_t> memory;             // bytes
  bool operator==(const Buffering&) const = default;
};

/// How kamal-proxy itself is run (`proxy.run`).
struct ProxyRun {
  bool written = false;  // deploy.yml has `proxy: run:`
  Port http_port{80};
  Port https_port{443};
  std::optional<Port> metrics_port;  // inside its container; unset: none
  std::string log_max_size = "10m";
  bool publish = true;
  std::vector<std::string> bind_ips;
  bool debug = false;
  std::optional<std::string> registry;
  std::string repository = "basecamp/kamal-proxy";
  std::string version = "v0.9.2";
  OptionList options;
  bool operator==(const ProxyRun&) const = default;
};

struct ProxyConfig {
  std::vector<std::string> hosts;  // empty: every host
  Port app_port{80};
  bool ssl = false;
  std::optional<SecretName> certificate_pem;
  std::optional<SecretName> private_key_pem;
  bool ssl_redirect = true;
  std::optional<bool> forward_headers;  // unset: the proxy's default, !ssl
  std::chrono::seconds response_timeout{30};
  std::vector<std::string> path_prefixes;
  bool strip_path_prefix = true;
  HealthCheck healthcheck;
  Buffering buffering;
  std::vector<std::string> log_request_headers = {"Cache-Control", "Last-Modified", "User-Agent"};
  std::vector<std::string> log_response_headers;
  ProxyRun run;
  bool operator==(const ProxyConfig&) const = default;
};

struct Logging {
  std::optional<std::string> driver;
  OptionList options = {{"max-size", "10m"}};  // Kamal's default
  bool operator==(const Logging&) const = default;
};

/// `path[:options]` of `asset_path`.
struct AssetPath {
  std::string path;     // inside the container
  std::string options;  // of the mount, such as "ro"
  bool operator==(const AssetPath&) const = default;
};

struct Role {
  std::string name;  // "web" unless `servers:` is a map
  std::optional<std::string> cmd;
  OptionList options;  // extra `docker run` options
  std::map<std::string, std::string> labels;
  EnvConfig env;  // merged with the root's
  Logging logging;
  std::optional<ProxyConfig> proxy;  // merged with the root's; unset: takes no traffic
  std::optional<std::chrono::seconds> stop_timeout;
  std::optional<AssetPath> asset_path;  // only with a proxy: who takes no traffic serves no assets
  bool operator==(const Role&) const = default;
};

/// A name, password or key: the value itself, or the name of a secret.
using Credential = std::variant<std::string, SecretName>;

struct Registry {
  std::optional<std::string> server;  // unset: Docker Hub
  std::optional<Credential> username;
  std::optional<Credential> password;
  bool operator==(const Registry&) const = default;
};

/// `builder.cache`: where BuildKit keeps its cache between builds.
struct BuildCache {
  std::string type;                  // "registry" or "gha" (GitHub's)
  std::optional<std::string> image;  // of type registry; unset: `<image>-build-cache`
  std::optional<std::string> options;
  bool operator==(const BuildCache&) const = default;
};

/// `builder.pack`: Cloud Native Buildpacks instead of a Dockerfile.
struct BuildPack {
  std::string builder;
  std::vector<std::string> buildpacks;
  bool operator==(const BuildPack&) const = default;
};

struct Builder {
  std::vector<std::string> arch;       // "amd64", "arm64"; empty: the server's
  std::optional<std::string> context;  // unset: a clean `git archive` of HEAD
  std::string dockerfile = "Dockerfile";
  std::optional<std::string> target;
  std::map<std::string, std::string> args;
  std::vector<SecretName> secrets;
  /// Where images are built that this machine does not build: an engine as DOCKER_HOST takes it
  /// ("ssh://user@host"), or `server`: the app's own.
  std::optional<std::string> remote;
  bool local = true;               // false: build on the server
  std::optional<std::string> ssh;  // of `docker build --ssh`
  std::optional<BuildCache> cache;
  std::optional<std::string> driver;  // of buildx; unset: whatever the engine has
  std::optional<BuildPack> pack;
  std::optional<std::string> provenance;  // "true", "false", "mode=max" …
  std::optional<std::string> sbom;
  bool operator==(const Builder&) const = default;
};

struct SshConfig {
  std::optional<std::string> user;  // unset: ~/.ssh/config, else root
  std::optional<Port> port;
  std::optional<std::string> proxy;
  std::optional<std::string> proxy_command;
  std::vector<std::string> keys;
  std::vector<Credential> key_data;  // private keys
  bool keys_only = false;
  bool forward_agent = false;
  bool use_config = true;
  std::vector<std::string> config_files;
  bool operator==(const SshConfig&) const = default;
};

/// `from:to[:options]`; from is a named volume, a host path (begins with / . or ~), or nothing: an
/// anonymous volume, new with each container.
struct Volume {
  std::string source;
  std::string target;
  std::string options;
  Location where;
  [[nodiscard]] bool is_host_path() const;
  /// As `docker run --volume` takes it.
  [[nodiscard]] std::string text() const;
  bool operator==(const Volume&) const = default;
};

/// A file or directory that an accessory's container sees.
struct AccessoryMount {
  std::string source;  // a file: its path here; a directory: below the accessory's own, or absolute
  std::string target;  // in the container
  std::string mode;    // "755"; "" : as the directory is made
  std::string owner;   // "999:999"; "" : the SSH user
  std::string options;  // of the mount, "ro"
  Location where;
  bool operator==(const AccessoryMount&) const = default;
};

/// A container beside the app that no release replaces: a database, a cache.
struct Accessory {
  std::string name;
  std::string service;               // its container, and its directory below $HOME on the server
  std::string image;                 // with its registry's server
  std::optional<Registry> registry;  // its own
  std::optional<std::string> cmd;
  std::vector<std::string> ports;  // as `docker run --publish` takes them
  std::map<std::string, std::string> labels;
  OptionList options;
  EnvConfig env;
  std::vector<AccessoryMount> files;
  std::vector<AccessoryMount> directories;
  std::vector<Volume> volumes;
  std::string network = "kamal";
  std::optional<ProxyConfig> proxy;  // its own, never merged with the root's
  std::optional<std::chrono::seconds> stop_timeout;
  bool operator==(const Accessory&) const = default;
};

enum class Cutover {
  overlap,  // the old version serves until the new one is healthy
  hold,     // requests wait at the proxy while exactly one version owns the files
};

struct Database {
  std::string path;  // inside the container
  bool replicate = true;
  Location where;
  bool operator==(const Database&) const = default;
};

/// The secret that holds sftp's private key: from the secrets file, or the content of `key_path`.
constexpr const char* sftp_key_secret = "LITESTREAM_SFTP_KEY";

struct Replica {
  std::string url;  // s3:// sftp:// file:// gs:// abs:// ; the database's file name is appended
  std::optional<std::string> region;
  std::optional<std::string> endpoint;
  std::optional<bool> force_path_style;
  std::optional<std::string> host_key;  // sftp: the server's key, as in known_hosts
  std::optional<std::string> key_path;  // sftp: a private key file on this machine, no secret then
  std::vector<SecretName> secret;  // LITESTREAM_ACCESS_KEY_ID …; LITESTREAM_SFTP_PASSWORD …
  Location where;
  bool operator==(const Replica&) const = default;
};

struct Snapshots {
  bool before_release = true;
  int keep = 5;
  bool operator==(const Snapshots&) const = default;
};

struct Sqlite {
  std::vector<Database> databases;
  std::optional<Replica> replica;
  std::chrono::hours retention{168};
  Snapshots snapshots;
  std::optional<std::string> migrate;  // command in a one-off container of the new image
  std::optional<Cutover> cutover;      // unset: hold when `migrate` is set, else overlap
  std::string image = "litestream/litestream:0.5.18";
  bool operator==(const Sqlite&) const = default;
};

/// Whether a hook's output is shown.
enum class HookOutput { quiet, verbose };

/// `hooks_output`: for all hooks, or hook by hook. Unset: as `-v` and `-q` say.
struct HooksOutput {
  std::optional<HookOutput> all;
  std::map<std::string, HookOutput> of;
  [[nodiscard]] std::optional<HookOutput> for_hook(const std::string& name) const;
  bool operator==(const HooksOutput&) const = default;
};

struct Config {
  std::string service;
  std::string image;        // repository, without registry and tag
  std::string destination;  // "" without -d
  std::string host;         // the one server
  std::vector<Role> roles;  // the primary role first; none: the file has accessories only
  std::vector<Accessory> accessories;
  ProxyConfig proxy;
  std::map<std::string, std::string> labels;
  EnvConfig env;
  std::vector<Volume> volumes;
  std::optional<Registry> registry;
  Builder builder;
  SshConfig ssh;
  std::optional<Sqlite> sqlite;
  Logging logging;
  std::string hooks_path;  // "" : .deploy/hooks, else .kamal/hooks
  HooksOutput hooks_output;
  std::optional<std::string> error_pages_path;  // a local folder with 4xx.html and 5xx.html
  std::optional<std::string> log_directory;     // `output.file.path`: a log of each change here
  std::optional<std::string> otel_endpoint;     // `output.otel.endpoint`, without `/` at its end
  std::string secrets_path;                     // "" : .deploy/secrets, else .kamal/secrets
  std::map<std::string, std::string> aliases;
  int retain_containers = 5;
  std::chrono::seconds readiness_delay{7};
  std::chrono::seconds deploy_timeout{30};
  std::chrono::seconds drain_timeout{30};
  std::optional<std::chrono::seconds> stop_timeout;
  /// What ERB in the file put into ENV (`Dotenv.load`, `ENV["X"] = …`): secrets may come from it.
  std::map<std::string, Secret> exported;
  /// The files as they were merged, as YAML: what render_kamal_config() looks at.
  std::string merged;
  /// Worth showing, not worth stopping for: keys that are accepted, but not carried out.
  std::vector<Diagnostic> warnings;
  /// Kamal reads these, and then fails in the middle of a release: no command that needs the server
  /// begins with them.
  std::vector<Diagnostic> obstacles;

  /// service[-destination]: the name of the app on the server.
  [[nodiscard]] std::string app_name() const;
  /// The role that serves. Errors: Error{usage} when the file has accessories only.
  [[nodiscard]] const Role& primary_role() const;
  /// The cut-over that `sqlite:` asks for, by the rule at Sqlite::cutover.
  [[nodiscard]] Cutover cutover() const;
  bool operator==(const Config&) const = default;
};

struct ConfigInput {
  SourceText base;
  std::optional<SourceText> overlay;               // deploy.<destination>.yml
  std::string destination;                         // "" without -d
  std::map<std::string, std::string> environment;  // for ERB's ENV, and ${VAR} in values
  ErbTools erb;
};

/// Evaluates ERB, parses, merges and validates. Places in errors are those of the files as written.
///
/// Errors: one Error{usage} with *every* problem: ERB that cannot be evaluated, unknown keys (with
/// a suggestion), wrong types, bad values, missing keys, several hosts, database paths outside
/// every volume, Kamal 1 files. What a command printed never appears in it.
[[nodiscard]] Config parse_config(const ConfigInput& input);

/// Every secret that a release of `config` needs, each where it is named.
[[nodiscard]] std::vector<SecretName> needed_secrets(const Config& config);
[[nodiscard]] std::vector<SecretName> needed_secrets(const std::optional<Registry>& registry);
[[nodiscard]] std::vector<SecretName> needed_secrets(const SshConfig& ssh);
/// Every secret that this accessory needs: its variables, certificate, and registry.
[[nodiscard]] std::vector<SecretName> needed_secrets(const Accessory& accessory);

/// What a `$(…)` of a secrets file came to; of our own commands, the diagnostic says why nothing.
using SecretOutcome = std::variant<CommandResult, Diagnostic>;

/// Runs one `$(…)` of a secrets file. The command may hold the values of earlier secrets: no word
/// of an argument list may. `kamal secrets …` and `deploy secrets …` come here too (own_command()
/// in secrets.h).
using RunSecretCommand = std::function<SecretOutcome(const std::string& command)>;
using Secrets = std::map<std::string, Secret>;

/// secrets: with those that needed_secrets() names.
[[nodiscard]] Secret value_of(const Credential& credential, const Secrets& secrets);

/// Told of each value that cannot be had and that nothing needs.
using WarnOfSecret = std::function<void(const Diagnostic&)>;

/// Reads dotenv text: `export`, quotes, comments, `$VAR`, `${VAR}`, `$(command)`.
///
/// files:  lowest precedence first; environment: looked up after earlier keys; secrets that no file
///         names may also come from it.
/// needed: empty for all of them. What nothing needs, not even by another's value, may be broken:
///         that is a warning then, and the secret is not in the result.
/// Errors: one Error{usage} with every unset variable, failed or empty command, syntax error, and
///         every name of `needed` that is missing or empty. Values never appear in it.
[[nodiscard]] Secrets resolve_secrets(
    const std::vector<SourceText>& files, const std::map<std::string, std::string>& environment,
    const RunSecretCommand& run, const std::vector<SecretName>& needed,
    const WarnOfSecret& warn = [](const Diagnostic&) {});

/// The names in secrets files, each once, in the order of its first line.
[[nodiscard]] std::vector<std::string> secret_names(const std::vector<SourceText>& files);

/// The merged configuration as YAML; secrets by name only.
[[nodiscard]] std::string render_config(const Config& config);

/// What `kamal config` prints for the same files: its keys and values, as YAML.
///
/// version: that is released now. Keys of SSH stand by their secrets' names, and a password that
/// stands in the file is hidden; docs/kamal.md lists the differences.
[[nodiscard]] std::string render_kamal_config(const Config& config, const Version& version);

/// The manual page of a section ("" lists the sections): the text of docs/config/<section>.yml.
/// Errors: Error{usage} for an unknown section, with a suggestion.
[[nodiscard]] std::string config_docs(std::string_view section);
/// Names of every section, in reading order.
[[nodiscard]] std::vector<std::string> config_sections();

/// The same pages as a JSON Schema (draft 7), for editors: docs/deploy.schema.json.
[[nodiscard]] std::string config_json_schema();

}  // namespace liteship
