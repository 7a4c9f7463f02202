#pragma once
// Drives a plan over a host: connect, inspect, image, release, report.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "liteship/config.h"
#include "liteship/plan.h"
#include "liteship/process.h"
#include "liteship/remote.h"

namespace liteship {

/// What every command on the server needs. References outlive the call.
struct Session {
  const Config& config;
  const Secrets& secrets;  // resolved; empty for commands that need none
  Host& host;
  Interrupts& interrupts;
  EventSink events;      // progress, for the reporter
  OutputSink log;        // raw output, for the log file and -v
  bool greeted = false;  // the hook pre-connect has run, or may not
};

enum class BuildPlace { automatic, local, server };

struct ReleaseOptions {
  Action action = Action::deploy;
  std::filesystem::path root;          // the project's directory
  std::optional<GitState> git;         // of `root`, where it is in a repository
  std::optional<std::string> version;  // --version; else git's HEAD
  std::string command;                 // as typed, for the lock
  std::string by;                      // "Ada <ada@example.org>"
  bool dirty = false;                  // build the working tree
  bool skip_push = false;              // the image is already on the server (or in the registry)
  bool boot_only = false;              // app boot: of what is there, without a release's own hooks
  std::string output;      // build push, dev: as `docker build --output=type=…`; "": usual
  bool new_proxy = false;  // upgrade: the proxy has no route to what runs
  bool no_cache = false;
  bool skip_hooks = false;
  bool takes_lock = true;                   // build …: no
  std::vector<std::string> roles;           // those that --roles names; only told to hooks
  bool start_empty = false;                 // setup: an empty replica is expected
  std::vector<AccessoryInput> accessories;  // setup: started where they do not run
  OutputSink dry_run;                       // set: nothing changes, the scripts are printed here
  BuildPlace build = BuildPlace::automatic;
  std::optional<int> lock_wait;           // seconds to wait for the lock; unset: not at all
  int lock_wait_interval = 15;            // seconds
  std::filesystem::path cache_directory;  // for the image module
};

/// What real traffic saw while versions were swapped.
struct CutoverReport {
  std::int64_t requests = 0;
  std::int64_t failed = 0;
  std::int64_t slowest_ms = 0;
};

struct ReleaseReport {
  Version version;
  bool nothing_to_do = false;
  Cutover cutover = Cutover::overlap;
  std::uint64_t bytes_sent = 0;  // of images, compressed
  std::int64_t duration_ms = 0;
  std::optional<CutoverReport> traffic;
  std::vector<std::pair<std::string, std::int64_t>> step_ms;  // steps by id, in order
};

/// `deploy setup`, `deploy`, `deploy redeploy`, `app boot`.
///
/// Errors: usage (config, nothing to release), lock_busy with the holder, release_failed with the
/// reason when the old version still serves, needs_you when it does not, interrupted.
[[nodiscard]] ReleaseReport run_release(Session& session, const ReleaseOptions& options);

/// `deploy rollback [VERSION]`; options.version is the prefix that was typed.
[[nodiscard]] ReleaseReport run_rollback(Session& session, const ReleaseOptions& options);

/// Facts without the lock: for `status`, `releases` and completion of versions.
[[nodiscard]] Facts run_inspect(Session& session);

/// The hook pre-connect, once in a Session. What has not run it by then runs it when it connects.
void run_pre_connect(Session& session, const ReleaseOptions& options);

/// One phase under the lock, planned with the facts: `app stop`, `proxy reboot`, `remove` …
/// Hook: pre-connect. Writes the audit log.
///
/// Result: false when the phase has no steps, so nothing was done.
[[nodiscard]] bool run_locked(Session& session, const ReleaseOptions& options,
                              const std::function<Phase(const Facts&)>& plan);

/// `proxy boot` and `proxy reboot`, the latter between its hooks.
[[nodiscard]] bool run_proxy(Session& session, ProxyAction action, const ReleaseOptions& options);

/// `accessory boot/reboot/start …` of options.accessories: under the lock, with their images.
[[nodiscard]] bool run_accessories(Session& session, AccessoryAction action,
                                   const ReleaseOptions& options);

/// `upgrade`, `proxy upgrade`: from Kamal 1's Traefik to kamal-proxy, the app and
/// options.accessories anew in its network. Hooks: those of a reboot of the proxy, and of `app
/// boot`.
///
/// Result: false when no Traefik is there. Errors: as run_release; Traefik serves again then.
[[nodiscard]] bool run_upgrade(Session& session, const ReleaseOptions& options);

/// `server bootstrap`: Docker where it is missing. Hook: docker-setup.
/// Result: false when it answered already.
[[nodiscard]] bool run_bootstrap(Session& session, const ReleaseOptions& options);

/// `build push/pull/deliver/dev`: the release's image without the release.
enum class BuildAction { push, pull, deliver, dev };
struct BuildReport {
  Version version;
  std::string image;
  std::uint64_t bytes_sent = 0;
};
[[nodiscard]] BuildReport run_build(Session& session, BuildAction action,
                                    const ReleaseOptions& options);

/// `registry login/logout`, here or on the server; false when there is no `registry:`, or no
/// password.
enum class RegistryPlace { here, server };
[[nodiscard]] bool run_registry_login(Session& session, RegistryPlace place);
[[nodiscard]] bool run_registry_logout(Session& session, RegistryPlace place);

/// `lock status/acquire/release`. Result: who holds it (JSON of docs/protocol.md), if anybody.
[[nodiscard]] std::optional<std::string> run_lock(Session& session, LockAction action,
                                                  const std::string& by,
                                                  const std::string& message);

/// Commands for `logs`, `exec` and `audit`, for Host::run_command. Errors: Error{usage} when there
/// is no such container.
struct LogOptions {
  std::optional<std::string> since;
  std::optional<int> lines;
  std::optional<std::string> grep;
  std::string grep_options;  // more of grep's, blanks between them
  bool follow = false;
  bool failed = false;    // the container of the last failed release
  std::string container;  // "" : of the role; else this one, by Id or name
  std::string role;       // "" : the primary role
};
[[nodiscard]] Command logs_command(const Config& config, const LogOptions& options);

/// The same of an accessory.
[[nodiscard]] Command logs_command(const Accessory& accessory, const LogOptions& options);
/// The same of kamal-proxy.
[[nodiscard]] Command proxy_logs_command(const LogOptions& options);

struct ExecOptions {
  std::vector<std::string> words;
  bool interactive = false;  // -i: with a PTY
  bool reuse = false;        // in the running container; else a new one of the same image
  bool detach = false;       // return at once; it stays when it has ended, and its log
  std::map<std::string, std::string> env;
  std::optional<std::string> version;  // unset: the one that runs
  std::string role;
};
[[nodiscard]] Command exec_command(const Config& config, const ExecOptions& options);
/// In an accessory's container, or in a new one of its image with the same volumes.
[[nodiscard]] Command exec_command(const Config& config, const Accessory& accessory,
                                   const ExecOptions& options);
/// Lists the app's images.
[[nodiscard]] Command images_command(const Config& config);
[[nodiscard]] Command audit_command(const Config& config, int lines);

/// "docs/protocol.md"'s lock holder for people: "Ada <ada@…> since 14:03 (`deploy`)".
[[nodiscard]] std::string describe_holder(const std::string& json, std::int64_t now);

}  // namespace liteship
