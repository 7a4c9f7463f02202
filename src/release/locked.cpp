// Commands of one phase: the lock and the facts, then what was planned with them.

#include <fmt/core.h>

#include <algorithm>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

std::string names_of(const std::vector<AccessoryInput>& accessories) {
  std::vector<std::string> names;
  for (const AccessoryInput& input : accessories) names.push_back(input.accessory->name);
  return names.empty() ? "" : " " + join(names, ", ");
}

void add_audit(Phase& phase, const Session& session, const Request& request) {
  phase.steps.push_back({"audit", "write the audit log",
                         Command{"audit", session.config.app_name() + "-audit.log", request.by,
                                 "Ran " + request.command + names_of(request.accessories)}});
}

// What every command here begins with.
Facts begin(Session& session, const Request& request, const ReleaseOptions& options) {
  run_release_hook(session, request, options, "pre-connect", 0);
  return inspect_locked(session, request, options);
}

// Those that get a new container now: a running one needs no image.
std::vector<std::string> images_to_start(const Request& request, AccessoryAction action,
                                         const Facts& facts) {
  std::vector<std::string> images;
  for (const AccessoryInput& input : request.accessories) {
    if (action == AccessoryAction::boot && container_of(*input.accessory, facts) != nullptr) {
      continue;
    }
    images.push_back(input.accessory->image);
  }
  return images;
}

void tell_differences(Session& session, const Request& request, const Facts& facts) {
  for (const AccessoryInput& input : request.accessories) {
    if (!accessory_differs(session.config, session.secrets, input, facts)) continue;
    session.events(
        Note{fmt::format("`{0}` runs with other settings than deploy.yml has now: "
                         "`deploy accessory reboot {0}` brings them into force",
                         input.accessory->name)});
  }
}

}  // namespace

Request locked_request(const ReleaseOptions& options) {
  Request request;
  request.command = options.command;
  request.by = options.by;
  request.now = unix_now();
  // Nothing here is of a version; hooks are told one all the same, as by Kamal.
  request.version.text = options.version.value_or(options.git ? options.git->revision : "");
  request.run_id = random_hex();
  request.accessories = options.accessories;
  return request;
}

bool run_locked_phase(Session& session, const Request& request, const ReleaseOptions& options,
                      Phase phase) {
  if (phase.steps.empty()) return false;
  add_audit(phase, session, request);
  const PhaseScript script = render_phase(phase);
  if (options.dry_run) {
    options.dry_run(script.shown);
    return true;
  }
  PhaseRun run(session);
  require_success(run.run(session.host, script), run, "");
  return true;
}

Facts begin_locked(Session& session, const Request& request, const ReleaseOptions& options) {
  Facts facts = begin(session, request, options);
  if (!facts.docker.version.empty()) return facts;
  throw Error(ErrorKind::usage, Diagnostic{"Docker does not answer on the server",
                                           {},
                                           "it is not installed, not running, or not allowed",
                                           {},
                                           "run `deploy setup`, or `deploy server bootstrap`"});
}

void run_pre_connect(Session& session, const ReleaseOptions& options) {
  run_release_hook(session, locked_request(options), options, "pre-connect", 0);
}

bool run_locked(Session& session, const ReleaseOptions& options,
                const std::function<Phase(const Facts&)>& plan) {
  const Request request = locked_request(options);
  const Facts facts = begin_locked(session, request, options);
  return run_locked_phase(session, request, options, plan(facts));
}

bool run_proxy(Session& session, ProxyAction action, const ReleaseOptions& options) {
  const Request request = locked_request(options);
  const Facts facts = begin_locked(session, request, options);
  Phase phase = plan_proxy(session.config, action, facts);
  const bool starts = action == ProxyAction::boot || action == ProxyAction::reboot;
  if (starts && !options.dry_run && !phase.steps.empty()) {
    LocalEngine engine(session.interrupts);
    (void)ship_parts(session, proxy_parts(session.config, facts), options, facts, engine);
  }
  const bool reboots = action == ProxyAction::reboot;
  if (reboots) run_release_hook(session, request, options, "pre-proxy-reboot", 0);
  const bool ran = run_locked_phase(session, request, options, std::move(phase));
  if (reboots) run_release_hook(session, request, options, "post-proxy-reboot", 0);
  return ran;
}

bool run_accessories(Session& session, AccessoryAction action, const ReleaseOptions& options) {
  const Request request = locked_request(options);
  const Facts facts = begin_locked(session, request, options);
  Phase phase = plan_accessories(session.config, session.secrets, action, request, facts);
  using A = AccessoryAction;
  const bool fetches = action == A::boot || action == A::reboot || action == A::pull;
  if (action == A::boot) tell_differences(session, request, facts);
  if (fetches && !options.dry_run) {
    LocalEngine engine(session.interrupts);
    std::vector<std::string> images = images_to_start(request, action, facts);
    const bool proxy = std::any_of(phase.steps.begin(), phase.steps.end(),
                                   [](const Step& step) { return step.id == "proxy"; });
    for (std::string& part : proxy ? proxy_parts(session.config, facts) : Words{}) {
      images.push_back(std::move(part));
    }
    Facts known = facts;
    if (action == A::pull) known.present_images.clear();  // there may be a newer one
    (void)ship_parts(session, images, options, known, engine);
  }
  return run_locked_phase(session, request, options, std::move(phase)) || action == A::pull;
}

bool run_bootstrap(Session& session, const ReleaseOptions& options) {
  const Request request = locked_request(options);
  const Facts facts = begin(session, request, options);
  (void)ensure_docker(session, request, options, facts);
  return facts.docker.version.empty();
}

std::optional<std::string> run_lock(Session& session, LockAction action, const std::string& by,
                                    const std::string& message) {
  Request request;
  request.by = by;
  request.command = message;
  request.now = unix_now();
  PhaseRun run(session);
  const PhaseOutcome outcome =
      run.run(session.host, render_phase(plan_lock(session.config, request, action)));
  check_home(session.config, parse_facts(run.facts()));
  if (const auto* busy = std::get_if<PhaseBusy>(&outcome)) {
    throw Error(ErrorKind::lock_busy,
                Diagnostic{"the lock is held already",
                           {},
                           "locked by " + describe_holder(busy->holder, request.now),
                           {},
                           "`deploy lock release` drops a lock that was left on by hand"});
  }
  require_success(outcome, run, "");
  for (const FactFound& fact : run.facts()) {
    if (fact.name == "lock") return fact.value;
  }
  return std::nullopt;
}

}  // namespace liteship
