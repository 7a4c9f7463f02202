#pragma once
// A release as data: Config + Facts + Request → Plan. Pure: no I/O, no clock, no environment.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "liteship/config.h"
#include "liteship/event.h"
#include "liteship/image.h"
#include "liteship/shell.h"
#include "liteship/support.h"

namespace liteship {

// ---- facts: what the server said

struct Docker {
  std::string version;       // "20.10.24"; empty: not installed or not running
  std::string architecture;  // "amd64"
  bool containerd_store = false;
  /// The first number of `version`; 0 when there is none.
  [[nodiscard]] int major() const;
  bool operator==(const Docker&) const = default;
};

struct Container {
  std::string id;
  std::string name;
  std::string role;
  std::string version;
  std::string replica;    // label liteship.replica: where the replicator sends to
  std::string spec;       // label liteship.spec: a hash of how it was made; empty: not by us
  std::string image;      // image Id
  std::string reference;  // image as it was named, "app:4f2a91c"
  std::string created;    // RFC 3339
  std::string started;    // RFC 3339
  int exit_code = 0;
  bool running = false;
  bool paused = false;
  bool operator==(const Container&) const = default;
};

/// The app's image of the wanted version, when the server already has it.
struct ServerImage {
  std::string id;
  std::string user;  // of its config; "" is root
  bool operator==(const ServerImage&) const = default;
};

/// One service as kamal-proxy's state file tells it.
struct ProxyService {
  std::string name;
  std::vector<std::string> targets;  // "container-id:port"
  bool paused = false;
  bool stopped = false;
  bool operator==(const ProxyService&) const = default;
};

struct ProxyFacts {
  std::string image;  // "basecamp/kamal-proxy:v0.9.2"
  bool running = false;
  std::vector<ProxyService> services;
  bool operator==(const ProxyFacts&) const = default;
};

/// One line of releases.jsonl.
struct LedgerEntry {
  Version version;
  std::string action;  // setup | deploy | rollback
  std::string status;  // released | failed
  std::string failed_step;
  std::string reason;
  std::string by;       // "Ada <ada@example.org>"
  std::string subject;  // the commit's first line
  std::string cutover;  // overlap | hold
  std::string snapshot;
  std::int64_t started = 0;   // seconds since 1970
  std::int64_t finished = 0;  // seconds since 1970
  bool dirty = false;
  bool operator==(const LedgerEntry&) const = default;
};

/// Files of `kamal proxy boot_config`, by their names below .kamal/proxy: options, image,
/// image_version, run_command.
using ProxyBootFiles = std::map<std::string, std::string>;

struct Facts {
  std::string user;
  std::string home;
  /// The home and the user that this app's state on the server belongs to, when they are others.
  std::optional<std::pair<std::string, std::string>> elsewhere;
  std::int64_t now = 0;  // seconds since 1970 by the server's clock; 0: not asked
  bool root = false;
  bool sudo = false;          // can become root without a password
  bool docker_group = false;  // may talk to the engine as it is
  std::string os_id;          // ID of /etc/os-release
  Docker docker;
  std::uint64_t disk_free = 0;        // bytes, where Docker keeps its data
  std::vector<Container> containers;  // of this app, newest first
  std::vector<Container> accessories;
  std::vector<std::string> strangers;  // containers with an accessory's name that are none
  std::vector<Layers> images;          // of those containers
  std::optional<ServerImage> app_image;
  std::optional<ProxyFacts> proxy;
  ProxyBootFiles proxy_boot;         // those that are there
  std::optional<Container> traefik;  // Kamal 1's proxy
  std::optional<Container> sidecar;
  std::vector<std::string> volumes;         // named volumes of the config that exist
  std::vector<std::string> present_images;  // references of Request::parts that the server has
  std::vector<LedgerEntry> ledger;          // oldest first, the last 50
  std::vector<int> busy_ports;              // of the ports the proxy wants, when it is not there
  std::optional<std::string> interrupted;   // version of a release that ended without a word
  std::map<std::string, std::int64_t> replica_txids;  // databases this server has replicated
  bool operator==(const Facts&) const = default;

  /// The container of `role` that runs now; nothing when none does.
  [[nodiscard]] const Container* running(const std::string& role) const;
};

/// Collects the facts of an inspect phase. Errors: Error{internal} for broken JSON, with its name.
[[nodiscard]] Facts parse_facts(const std::vector<FactFound>& found);

// ---- what is asked for

enum class Action { setup, deploy, rollback };

/// An accessory that a command is about, and what its files hold.
struct AccessoryInput {
  const Accessory* accessory = nullptr;  // of the Config; never null
  std::vector<Secret> files;             // of accessory->files, in their order; empty: not needed
};

struct Request {
  Action action = Action::deploy;
  Version version;
  std::string image;       // reference on the server, "app:4f2a91c"
  std::string image_user;  // of the image's config; "" is root
  std::string by;          // who
  std::string subject;     // the commit's first line
  std::string command;     // as typed, for the lock's holder
  std::int64_t now = 0;    // seconds since 1970; the server's clock once it was asked
  bool dirty = false;
  bool expect_backup = false;  // the project knows that this app has been replicated before
  bool start_empty = false;    // --start-empty: an empty replica is no error
  bool new_proxy = false;      // it has no route to what runs: Traefik had
  std::string run_id;          // unique for this run; letters and digits
  std::map<std::string, std::string> error_pages;  // "502.html" → the page
  std::vector<AccessoryInput> accessories;         // to be started, at setup, or otherwise acted on
};

// ---- the plan

/// A file that a phase writes before its steps; content is a secret until proven otherwise.
struct PhaseFile {
  std::string path;  // absolute, or below $HOME when relative
  Secret content;
  std::string shown;  // what --dry-run prints instead; empty: the content itself
  std::string mode = "600";
};

struct Step {
  std::string id;     // [A-Za-z0-9_-]+
  std::string title;  // "start web 4f2a91c"
  Command command;    // a program, or a function of templates/phase
};

/// Runs when the phase fails after the step `after` had begun; listed in the order to run.
struct Undo {
  std::string after;
  std::string title;
  Command command;
};

struct Phase {
  std::string id;
  std::map<std::string, std::string> variables;  // for the functions, e.g. app_dir
  std::vector<PhaseFile> files;
  std::vector<std::string> gone;  // files of earlier releases that must not stay
  std::vector<Step> steps;
  std::vector<Undo> undo;
};

struct Plan {
  Version version;
  Cutover cutover = Cutover::overlap;
  std::vector<std::string> parts;  // images that must be on the server besides the app's
  Phase prepare;                   // attached: files, network, proxy, volumes, restore, replicator
  Phase release;                   // detached: outlives the terminal
  bool nothing_to_do = false;
};

/// What inspect has to ask for. take: for what changes the server; a busy lock ends the phase.
enum class Locking { take, leave };
[[nodiscard]] Phase plan_inspect(const Config& config, const Request& request, Locking locking);

/// An app's lock, ledger and snapshots are in one user's home on the server.
/// Errors: Error{usage} with that user when it is not the one who has logged in.
void check_home(const Config& config, const Facts& facts);

/// Installs and starts Docker where it is missing. Errors: Error{usage} when the user may not.
[[nodiscard]] Phase plan_bootstrap(const Config& config, const Facts& facts);

/// References of the images that are needed besides the app's: the proxy's, the replicator's, those
/// of the accessories in `request`.
[[nodiscard]] std::vector<std::string> parts_of(const Config& config, const Request& request,
                                                const Facts& facts);

/// A deploy or setup. secrets: resolved values for env files. Errors: Error{usage} for what makes
/// the release impossible (busy ports, wrong architecture, no disk), all at once.
[[nodiscard]] Plan plan_release(const Config& config, const Secrets& secrets,
                                const Request& request, const Facts& facts);

/// Back to the retained container of request.version (empty: the release before this one).
/// When that version serves already, only `prepare` is left to do, if anything.
/// Errors: Error{usage} with the list of what is possible.
[[nodiscard]] Plan plan_rollback(const Config& config, const Request& request, const Facts& facts);

/// The versions that rollback can go to, newest first, without the one that serves.
[[nodiscard]] std::vector<Version> rollback_versions(const Config& config, const Facts& facts);

enum class AppAction { start, stop, restart };
/// Errors: Error{usage} when the app has no container.
[[nodiscard]] Phase plan_app(const Config& config, AppAction action, const Facts& facts);

/// What the proxy does with requests: holds them, answers 503 with a page, lets them through.
enum class TrafficAction { pause, resume, maintenance, live };
struct Traffic {
  TrafficAction action = TrafficAction::resume;
  std::chrono::seconds drain{30};    // for requests that are being answered
  std::chrono::seconds longest{30};  // pause: a request that waits longer gets 504
  std::string message;               // maintenance: shown on the page
};
/// Errors: Error{usage} when no role has a route.
[[nodiscard]] Phase plan_traffic(const Config& config, const Traffic& traffic, const Facts& facts);

/// What is removed: the app alone, or the accessories, the proxy and the ledger's home with it.
/// Volumes, snapshots and the accessories' directories stay.
enum class Removal { app, everything };
[[nodiscard]] Phase plan_remove(const Config& config, Removal removal, const Facts& facts);

/// Kamal's hidden verbs, each a part of a removal: stopped containers, those of one version, images
/// that no container has, directories below .kamal.
enum class Cleanup { containers, version, images, directories };
/// version: of Cleanup::version. Errors: Error{usage} when that is still needed, or there is none.
[[nodiscard]] Phase plan_cleanup(const Config& config, Cleanup what, const std::string& version,
                                 const Facts& facts);

/// Running containers of a role beside the one that serves, which is none of them.
[[nodiscard]] std::vector<const Container*> stale_containers(const Config& config,
                                                             const Facts& facts);
/// Stops them. Errors: none; a phase without steps when there are none.
[[nodiscard]] Phase plan_stop_stale(const Config& config, const Facts& facts);

/// Removes stopped containers beyond `retain` of each role, and images that no container has.
enum class Pruning { containers, images, all };
[[nodiscard]] Phase plan_prune(const Config& config, Pruning pruning, int retain,
                               const Facts& facts);

enum class ProxyAction {
  boot,
  reboot,
  start,
  stop,
  restart,
  remove,
  remove_by_force,
  remove_container,  // these three are Kamal's hidden parts of `remove`
  remove_image,
  remove_directory
};
/// Errors: Error{usage} when it is not there, (remove) when anything still has a route, or (its
/// parts) when it is still needed.
[[nodiscard]] Phase plan_proxy(const Config& config, ProxyAction action, const Facts& facts);

/// Kamal 1's Traefik makes room for kamal-proxy: the first stops it and starts ours, or leaves all
/// as it was; then it goes, or comes back with ours gone. facts: from before the first; without a
/// Traefik in them the phase has no steps.
enum class TraefikAction { make_room, remove, bring_back };
[[nodiscard]] Phase plan_traefik(const Config& config, TraefikAction action, const Facts& facts);

/// How the proxy's container is run.
struct ProxyBoot {
  std::string image;
  std::string version;
  std::vector<std::string> options;  // of `docker run`
  std::vector<std::string> command;  // empty: the image's own
  ProxyBootFiles files;              // that it comes from; empty: deploy.yml, or what is usual
};
[[nodiscard]] ProxyBoot proxy_boot(const Config& config, const Facts& facts);
/// The image of that, unless the proxy that is there has it.
[[nodiscard]] std::vector<std::string> proxy_parts(const Config& config, const Facts& facts);
/// The files for `run`; one is empty when that part is the usual one. docker_options: `name=value`
/// or `name`, more options of `docker run`.
[[nodiscard]] ProxyBootFiles boot_files(const ProxyRun& run,
                                        const std::vector<std::string>& docker_options);
/// Writes these files; an empty one is removed.
[[nodiscard]] Phase plan_boot_config(const Config& config, const ProxyBootFiles& files);

enum class AccessoryAction {
  boot,
  reboot,
  start,
  stop,
  restart,
  upload,
  directories,
  remove,
  pull,  // this and the rest are Kamal's hidden parts of others
  remove_container,
  remove_image,
  remove_directory
};
/// Acts on `request.accessories`. Errors: Error{usage} for each of them that must have a container
/// and has none, or must have stopped and has not.
[[nodiscard]] Phase plan_accessories(const Config& config, const Secrets& secrets,
                                     AccessoryAction action, const Request& request,
                                     const Facts& facts);
/// Does the accessory's container run with other settings than it would get now? False for one that
/// was not made by us.
[[nodiscard]] bool accessory_differs(const Config& config, const Secrets& secrets,
                                     const AccessoryInput& input, const Facts& facts);
/// Its container; null when there is none.
[[nodiscard]] const Container* container_of(const Accessory& accessory, const Facts& facts);
/// Where its variables' secrets are on the server, below $HOME.
[[nodiscard]] std::string env_path(const Config& config, const Accessory& accessory);

// ---- pieces that others name too

/// The container that `app start` and `app stop` act on: the one that runs, else the newest that
/// was released; null when the role has none.
[[nodiscard]] const Container* current_container(const Config& config, const Role& role,
                                                 const Facts& facts);

/// `<service>-<role>[-<destination>]-<version>`
[[nodiscard]] std::string container_name(const Config& config, const Role& role,
                                         const Version& version);
/// kamal-proxy's name for a role: `<service>-<role>[-<destination>]`.
[[nodiscard]] std::string proxy_service(const Config& config, const Role& role);
/// `<service>-litestream[-<destination>]`
[[nodiscard]] std::string sidecar_name(const Config& config);
/// `.deploy/<service>[-<destination>]`, below $HOME.
[[nodiscard]] std::string app_directory(const Config& config);
/// `liteship-<service>[-<destination>]`, a volume whose labels say in whose home that directory is.
[[nodiscard]] std::string home_volume(const Config& config);
/// "basecamp/kamal-proxy:v0.9.2", as deploy.yml has it.
[[nodiscard]] std::string proxy_image(const Config& config);
/// "basecamp/kamal-proxy"
[[nodiscard]] std::string proxy_repository(const ProxyRun& run);
/// The app's repository, with its registry's server in front.
[[nodiscard]] std::string image_repository(const Config& config);
/// repository:version as the server knows the image.
[[nodiscard]] std::string image_reference(const Config& config, const Version& version);

/// Local and remote positions of every replicated database, as `fact database`.
[[nodiscard]] Phase plan_database_status(const Config& config);
/// Takes, drops or shows the manual lock.
enum class LockAction { status, acquire, release };
[[nodiscard]] Phase plan_lock(const Config& config, const Request& request, LockAction action);

}  // namespace liteship
