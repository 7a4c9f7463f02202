#include "plan/cutover.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <span>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

class CutoverSteps {
 public:
  CutoverSteps(const Config& config, const Request& request, const Facts& facts,
               const CutoverInput& input)
      : config_(config), request_(request), facts_(facts), input_(input) {
    phase_.id = "release";
    phase_.variables = phase_variables(config);
    phase_.variables["version"] = request.version.text;
  }

  Phase overlap() {
    open_pages();
    bridge_assets();
    displace();
    snapshot(frozen());
    migrate();
    boot();
    keep_running();
    commit();
    stop_old(After::commit);
    finish();
    undo_overlap();
    return std::move(phase_);
  }

  Phase hold() {
    open_pages();
    bridge_assets();
    displace();
    pause();
    stop_old(After::pause);
    snapshot(sidecar_only());
    migrate();
    boot();
    keep_running();
    // Whoever is let through may write: from then on there is no way back to the snapshot.
    commit();
    resume();
    finish();
    undo_hold();
    return std::move(phase_);
  }

 private:
  enum class After { commit, pause };

  void step(std::string id, std::string title, Command command) {
    phase_.steps.push_back({std::move(id), std::move(title), std::move(command)});
  }
  void undo(std::string after, std::string title, Command command) {
    phase_.undo.push_back({std::move(after), std::move(title), std::move(command)});
  }
  static Command gently(Command command) {
    command.words.insert(command.words.begin(), "gently");
    return command;
  }

  [[nodiscard]] std::string port(const RoleChange& c) const {
    return std::to_string(c.role->proxy->app_port.number);
  }
  enum class Side { new_one, old_one };
  // function SERVICE CONTAINER PORT FLAGS…
  [[nodiscard]] Command proxy_command(const char* function, const RoleChange& c, Side side) const {
    const bool old = side == Side::old_one;
    return with_pages(
        config_, old ? c.old_version : request_.version.text,
        Command{function, proxy_service(config_, *c.role), old ? c.old : c.name, port(c)}.args(
            deploy_flags(config_, *c.role)));
  }

  // Into files of the proxy's user, before anything names them.
  void open_pages() {
    if (request_.error_pages.empty()) return;
    step("error-pages", "put the error pages where the proxy reads them",
         Command{"open_error_pages", config_.app_name(), request_.version.text});
  }

  // Before requests are held: it takes as long as there are assets.
  void bridge_assets() {
    for (const RoleChange& c : input_.changes) {
      if (!c.role->asset_path) continue;
      step("assets-" + c.role->name, "keep old and new assets of " + c.role->name,
           Command{"bridge_assets", assets_directory(config_), c.role->name, c.image,
                   c.role->asset_path->path, request_.version.text, c.old_version});
    }
  }

  void displace() {
    for (const RoleChange& c : input_.changes) {
      if (c.displaced_to.empty()) continue;
      step("displace-" + c.role->name, "make room for " + c.name,
           Command{"rename_container", c.name, c.displaced_to});
    }
  }

  // The writers, while files are copied: those that run now, and the replicator (it checkpoints).
  [[nodiscard]] std::string frozen() const {
    Words names = input_.stop;
    if (std::string sidecar = sidecar_only(); !sidecar.empty()) names.push_back(sidecar);
    return join(names, " ");
  }
  // Where it did not run, the phase before has started it, or a rollback does without.
  [[nodiscard]] std::string sidecar_only() const {
    const bool runs = facts_.sidecar || request_.action != Action::rollback;
    return replicates(config_) && runs ? sidecar_name(config_) : "";
  }

  void snapshot(const std::string& frozen) {
    if (input_.snapshot.empty()) return;
    step("snapshot", "copy the databases",
         Command{"snapshot", input_.snapshot, std::to_string(config_.sqlite->snapshots.keep),
                 primary().old, frozen}
             .args(replicated_paths(config_)));
  }

  void migrate() {
    if (!input_.migrate.words.empty()) step("migrate", "migrate the databases", input_.migrate);
  }

  // As in Kamal, the other roles start once the primary one is ready: when it is not, they never
  // do.
  void boot() {
    const RoleChange& first = primary();
    start(first);
    if (first.role->proxy) {
      hand_over(first);
    } else {
      stay_up("stay-up-" + first.role->name, {first.name});
    }
    Words quiet;
    for (const RoleChange& c : others()) {
      start(c);
      if (!c.role->proxy) quiet.push_back(c.name);
    }
    if (!quiet.empty()) stay_up("stay-up", quiet);
    for (const RoleChange& c : others()) {
      if (c.role->proxy) hand_over(c);
    }
  }

  void start(const RoleChange& c) { step("start-" + c.role->name, "start " + c.name, c.start); }

  void stay_up(std::string id, const Words& names) {
    step(std::move(id), "see that " + join(names, ", ") + " stay up",
         Command{"stay_up", std::to_string(config_.readiness_delay.count()),
                 std::to_string(config_.deploy_timeout.count())}
             .args(names));
  }

  void hand_over(const RoleChange& c) {
    Command command{"hand_over", c.name, proxy_service(config_, *c.role), port(c)};
    step("swap-" + c.role->name, "wait until it is healthy, swap, drain",
         with_pages(config_, request_.version.text, command.args(deploy_flags(config_, *c.role))));
  }

  void commit() { step("commit", "the new version serves", Command{"past_return"}); }

  void keep_running() {
    std::map<std::string, Words> names;  // by policy
    for (const RoleChange& c : input_.changes) names[restart_policy(*c.role)].push_back(c.name);
    int number = 0;
    for (const auto& [policy, same] : names) {
      const std::string id =
          ++number == 1 ? "keep-running" : fmt::format("keep-running-{}", number);
      step(id, "restart with the engine", gently(Command{"keep_running", policy}.args(same)));
    }
  }

  static std::string restart_policy(const Role& role) {
    for (const auto& [name, value] : role.options) {
      if (name == "restart") return value;
    }
    return "unless-stopped";
  }

  // Each role's containers have their own time to stop; all stop at the same time.
  [[nodiscard]] Command stop_command() const {
    std::map<std::string, Words> names;  // by seconds
    for (const std::string& name : input_.stop) {
      const Role* role = primary().role;
      for (const RoleChange& c : input_.changes) {
        if (c.old == name) role = c.role;
      }
      names[stop_seconds(config_, *role)].push_back(name);
    }
    if (names.size() == 1) {
      return Command{"stop_containers", names.begin()->first}.args(names.begin()->second);
    }
    Command command{"stop_groups"};
    for (const auto& [seconds, same] : names) command.arg(seconds + " " + join(same, " "));
    return command;
  }

  void stop_old(After after) {
    if (input_.stop.empty()) return;
    const Command command = stop_command();
    step("stop-old", "stop " + join(input_.stop, ", "),
         after == After::commit ? gently(command) : command);
  }

  // Does the proxy send requests to the old container? A maintenance page holds them back already,
  // and stays until `app live`.
  [[nodiscard]] bool is_served(const RoleChange& c) const {
    if (!c.role->proxy || c.old.empty() || request_.new_proxy) return false;
    const ProxyService* service = service_of(facts_, proxy_service(config_, *c.role));
    return service == nullptr || !service->stopped;
  }

  void pause() {
    for (const RoleChange& c : input_.changes) {
      if (!is_served(c)) continue;
      step("pause-" + c.role->name, "hold requests at the proxy",
           proxy_command("fill_room", c, Side::old_one));
    }
  }

  void resume() {
    for (const RoleChange& c : input_.changes) {
      if (!is_served(c)) continue;
      step("resume-" + c.role->name, "let requests through",
           proxy_command("empty_room", c, Side::new_one));
    }
  }

  void finish() {
    step("ledger", "write the ledger", Command{"record", input_.ledger_released});
    step("audit", "write the audit log",
         gently(Command{"audit", config_.app_name() + "-audit.log", request_.by, input_.audit}));
    if (!sidecar_only().empty()) {
      step("replica-position", "note the replica's position",
           gently(
               Command{"remember_replica", sidecar_name(config_)}.args(replicated_paths(config_))));
    }
    if (!input_.prune_containers.empty()) {
      step("prune", "remove old releases",
           gently(Command{"prune", join(input_.prune_containers, " "),
                          join(input_.prune_images, " ")}));
    }
    drop_old_files();
    // Last, because a log takes a moment to be written.
    if (primary().role->proxy) {
      step("cutover", "read what traffic saw",
           gently(Command{"report_cutover", proxy_service(config_, *primary().role)}));
    }
  }

  void drop_old_files() {
    for (const RoleChange& c : input_.changes) {
      if (!c.role->asset_path) continue;
      step("old-assets-" + c.role->name, "remove assets of versions that are gone",
           gently(Command{"drop_assets", assets_directory(config_), c.role->name,
                          proxy_service(config_, *c.role)}));
    }
    if (request_.error_pages.empty()) return;
    step("old-error-pages", "remove the error pages of other versions",
         gently(Command{"drop_error_pages", config_.app_name(), request_.version.text}));
  }

  // ---- undo, in the order to run

  void undo_new() {
    Words names;
    for (const RoleChange& c : input_.changes) names.push_back(c.name);
    undo("start-" + primary().role->name, "stop the new version",
         Command{"stop_failed"}.args(names));
  }

  // It may still be at work when only the shell was killed; nobody else may write then.
  void undo_migration() {
    if (input_.migrate.words.empty()) return;
    undo("migrate", "stop the migration", Command{"stop_and_remove", "0", input_.migrate.words[1]});
  }

  void undo_displaced() {
    for (const RoleChange& c : input_.changes) {
      if (c.displaced_to.empty()) continue;
      undo("displace-" + c.role->name, "give " + c.name + " its name back",
           Command{"take_name_back", c.displaced_to, c.name});
    }
  }

  void undo_ledger() {
    undo(phase_.steps.front().id, "write the ledger",
         Command{"record_failure", input_.ledger_failed});
  }

  // Where there was no route before, there is none to give back.
  void undo_swap(const RoleChange& c) {
    const bool back = !c.old.empty() && !request_.new_proxy;
    undo("swap-" + c.role->name,
         back ? "hand " + c.role->name + " back" : "take " + c.role->name + " off the proxy",
         back ? proxy_command("take_traffic_back", c, Side::old_one)
              : Command{"remove_route", proxy_service(config_, *c.role)});
  }

  void undo_overlap() {
    // A swap that has begun may have happened: the release may be stopped in the middle of it.
    for (const RoleChange& c : input_.changes) {
      if (c.role->proxy) undo_swap(c);
    }
    if (!input_.snapshot.empty()) undo("snapshot", "thaw", Command{"forget_snapshot"});
    undo_migration();
    undo_new();
    undo_displaced();
    undo_ledger();
  }

  void undo_hold() {
    if (!input_.snapshot.empty()) undo("snapshot", "thaw", Command{"forget_snapshot"});
    undo_migration();
    undo_new();
    undo_data();
    if (!input_.stop.empty())
      undo("stop-old", "start the old version", Command{"restart_old"}.args(input_.stop));
    for (const RoleChange& c : input_.changes) {
      if (!c.role->proxy || c.old.empty()) continue;
      if (!is_served(c)) {
        undo_swap(c);
        continue;
      }
      undo("pause-" + c.role->name, "hand " + c.role->name + " back and let requests through",
           proxy_command("empty_room_to", c, Side::old_one));
    }
    undo_displaced();  // until here the old ones have their displaced names
    undo_ledger();
  }

  // Nobody but the migration and the new version's boot has written since the snapshot, because
  // requests wait at the proxy: putting the files back loses nothing.
  void undo_data() {
    if (input_.snapshot.empty()) return;
    const std::string after =
        input_.migrate.words.empty() ? "start-" + primary().role->name : std::string("migrate");
    std::vector<const Volume*> done;
    for (const std::string& path : replicated_paths(config_)) {
      const Volume* volume = volume_of(config_, path);
      if (std::find(done.begin(), done.end(), volume) != done.end()) continue;
      done.push_back(volume);
      Words inside;
      for (const std::string& other : replicated_paths(config_)) {
        if (volume_of(config_, other) == volume) inside.push_back(other);
      }
      undo(after, "put the databases back",
           Command{"restore_snapshot", input_.snapshot,
                   prepared_tool_image(config_, request_, facts_), sidecar_only(),
                   volume_source(*volume, facts_.home), volume->target}
               .args(inside));
    }
  }

  [[nodiscard]] const RoleChange& primary() const { return input_.changes.front(); }
  [[nodiscard]] std::span<const RoleChange> others() const {
    return std::span(input_.changes).subspan(1);
  }

  const Config& config_;
  const Request& request_;
  const Facts& facts_;
  const CutoverInput& input_;
  Phase phase_;
};

}  // namespace

Phase plan_cutover(const Config& config, const Request& request, const Facts& facts,
                   Cutover cutover, const CutoverInput& input) {
  CutoverSteps steps(config, request, facts, input);
  return cutover == Cutover::hold ? steps.hold() : steps.overlap();
}

}  // namespace liteship
