// A release from beginning to end. Read run_release() first: one call a line, each with its reason.

#include <fmt/core.h>

#include <algorithm>

#include "liteship/script.h"
#include "release/record.h"
#include "release/steps.h"
#include "support/json.h"

namespace liteship {
namespace {

std::string what_serves(const Config& config, const Facts& facts) {
  const Container* now = facts.running(config.primary_role().name);
  if (now == nullptr) return "nothing served before, so nothing serves now";
  return fmt::format("version {} still serves", Version{now->version}.brief());
}

std::optional<CutoverReport> traffic_in(const std::vector<FactFound>& facts) {
  for (const FactFound& fact : facts) {
    if (fact.name != "cutover") continue;
    const nlohmann::json value = read_json(fact.value);
    if (!value.is_object()) return std::nullopt;
    return CutoverReport{integer_at(value, "requests"), integer_at(value, "failed"),
                         integer_at(value, "slowest_ms")};
  }
  return std::nullopt;
}

// Runs the attached and the detached phase; the second one outlives this process.
void run_phases(Session& session, const Plan& plan, const ReleaseOptions& options,
                const Facts& facts, ReleaseReport& report) {
  if (options.dry_run) {
    if (!plan.prepare.steps.empty()) options.dry_run(render_phase(plan.prepare).shown);
    if (!plan.release.steps.empty()) options.dry_run(render_detached(plan.release).shown);
    return;
  }
  PhaseRun run(session);
  if (!plan.prepare.steps.empty()) {
    require_success(run.run(session.host, render_phase(plan.prepare)), run,
                    what_serves(session.config, facts));
  }
  if (plan.release.steps.empty()) return;  // a rollback to what serves, once that is repaired
  require_success(run.run(session.host, render_detached(plan.release)), run,
                  what_serves(session.config, facts));
  report.traffic = traffic_in(run.facts());
  report.step_ms = run.step_ms();
}

// What the server keeps (ledger, names of snapshots) has the server's time, whatever clock the
// laptop of the day has.
void use_clock(const Facts& facts, Request& request) {
  if (facts.now != 0) request.now = facts.now;
}

ReleaseReport begin_report(const Plan& plan) {
  ReleaseReport report;
  report.version = plan.version;
  report.cutover = plan.cutover;
  return report;
}

}  // namespace

ReleaseReport run_release(Session& session, const ReleaseOptions& options) {
  const std::int64_t began = steady_milliseconds();
  // Everything that this machine alone can know comes first: version, commit, changes.
  Request request = make_request(session, options);
  run_release_hook(session, request, options, "pre-connect", 0);
  use_engine(remote_engine(session, options));
  LocalEngine engine(session.interrupts);
  // The image builds while the server is asked; what makes the release impossible stops it.
  std::unique_ptr<BackgroundBuild> build = begin_build(session, request, options);
  Facts facts = inspect_locked(session, request, options);
  // Only setup installs anything on the server itself.
  facts = ensure_docker(session, request, options, facts);
  use_clock(facts, request);
  // A replica that once had this app's data must not be empty now.
  request.expect_backup = known_replica(options.root, session.config);
  // What makes the release impossible is said before anything travels.
  request.image_user = facts.app_image ? facts.app_image->user : "";
  Plan plan = plan_release(session.config, session.secrets, request, facts);
  ReleaseReport report = begin_report(plan);
  report.nothing_to_do = plan.nothing_to_do;
  if (plan.nothing_to_do) return report;

  std::unique_ptr<LayerLearning> learning;
  if (!options.dry_run) {
    if (!options.skip_push) run_release_hook(session, request, options, "pre-build", 0);
    // The proxy's and the replicator's images, where the server has none yet.
    report.bytes_sent += ship_parts(session, plan.parts, options, facts, engine);
    ShippedImage image = ship_image(session, request, options, facts, engine, std::move(build));
    report.bytes_sent += image.bytes;
    learning = std::move(image.learning);
    // Only now is it known as whom the image runs, and so who must own the volumes.
    request.image_user = image.user;
    plan = plan_release(session.config, session.secrets, request, facts);
    if (!options.boot_only) run_release_hook(session, request, options, "pre-deploy", 0);
    run_release_hook(session, request, options, "pre-app-boot", 0);
  }
  run_phases(session, plan, options, facts, report);
  if (options.dry_run) return report;
  run_release_hook(session, request, options, "post-app-boot", 0);
  // From now on an empty replica is an alarm, on any server.
  remember_replica(options.root, session.config);
  report.duration_ms = steady_milliseconds() - began;
  if (options.boot_only) return report;
  run_release_hook(session, request, options, "post-deploy", report.duration_ms / 1000);
  finish_learning(session, std::move(learning));
  return report;
}

ReleaseReport run_rollback(Session& session, const ReleaseOptions& options) {
  const std::int64_t began = steady_milliseconds();
  Request request = make_request(session, options);
  request.action = Action::rollback;
  run_release_hook(session, request, options, "pre-connect", 0);
  const Facts facts = inspect_locked(session, request, options);
  use_clock(facts, request);
  const Plan plan = plan_rollback(session.config, request, facts);
  request.version = plan.version;
  ReleaseReport report = begin_report(plan);
  report.nothing_to_do = plan.nothing_to_do;
  if (plan.nothing_to_do) return report;
  run_release_hook(session, request, options, "pre-deploy", 0);
  run_release_hook(session, request, options, "pre-app-boot", 0);
  run_phases(session, plan, options, facts, report);
  run_release_hook(session, request, options, "post-app-boot", 0);
  report.duration_ms = steady_milliseconds() - began;
  run_release_hook(session, request, options, "post-deploy", report.duration_ms / 1000);
  return report;
}

}  // namespace liteship
