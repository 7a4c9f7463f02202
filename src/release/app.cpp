// `app start/stop/restart`, `remove`, `lock`.

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

void run_locked(Session& session, const ReleaseOptions& options,
                const std::function<Phase(const Facts&)>& plan) {
  Request request;
  request.command = options.command;
  request.by = options.by;
  run_release_hook(session, request, options, "pre-connect", 0);
  const Facts facts = inspect_locked(session, request, options);
  const PhaseScript script = render_phase(plan(facts));
  if (options.dry_run) {
    options.dry_run(script.shown);
    return;
  }
  PhaseRun run(session);
  require_success(run.run(session.host, script), run, "");
}

}  // namespace

void run_app(Session& session, AppAction action, const ReleaseOptions& options) {
  run_locked(session, options,
             [&](const Facts& facts) { return plan_app(session.config, action, facts); });
}

void run_remove(Session& session, const ReleaseOptions& options) {
  run_locked(session, options,
             [&](const Facts& facts) { return plan_remove(session.config, facts); });
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
