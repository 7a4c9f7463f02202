// Taking the lock and asking what is there.

#include <fmt/core.h>
#include <poll.h>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

Error busy_error(const std::string& holder) {
  return Error(ErrorKind::lock_busy,
               Diagnostic{"somebody else is at work on the server",
                          {},
                          "locked by " + holder,
                          {},
                          "try again later, or wait with `--lock-wait`; `deploy lock status` shows "
                          "who, `deploy lock release` drops a lock that was left on by hand"});
}

// Sleeps, but wakes at an interrupt.
void wait_seconds(int seconds, Interrupts& interrupts) {
  pollfd wake{interrupts.wake_fd(), POLLIN, 0};
  if (poll(&wake, 1, seconds * 1000) > 0) {
    throw Error(ErrorKind::interrupted,
                Diagnostic{"stopped while waiting for the lock", {}, "", {}, ""});
  }
}

std::optional<std::string> value_of(const std::vector<FactFound>& facts, const char* name) {
  for (const FactFound& fact : facts) {
    if (fact.name == name) return fact.value;
  }
  return std::nullopt;
}

// Says what happened to a release that nobody saw the end of.
void tell_settled(Session& session, const std::vector<FactFound>& facts) {
  const auto version = value_of(facts, "interrupted");
  const auto how = value_of(facts, "settled");
  if (!version || !how) return;
  const char* const now = *how == "done"     ? "it has been finished"
                          : *how == "undone" ? "it has been undone"
                                             : "undoing it failed";
  session.events(
      Note{fmt::format("the release of {} was cut off: {}", Version{*version}.brief(), now)});
}

// The release that was cut off from its terminal: watch it to its end.
void follow_release(Session& session, const std::string& version) {
  session.events(Note{
      fmt::format("a release of {} is still running: following it", Version{version}.brief())});
  Phase phase;
  phase.id = "release";
  phase.variables["dir"] = app_directory(session.config);
  PhaseRun run(session);
  const PhaseOutcome outcome = run.run(session.host, render_follow(phase));
  if (std::holds_alternative<PhaseLost>(outcome)) require_success(outcome, run, "");
}

// What a phase that only looks has found. Errors: when it has not ended well.
Facts facts_of(const Session& session, const PhaseOutcome& outcome, const PhaseRun& run) {
  Facts facts = parse_facts(run.facts());
  check_home(session.config, facts);
  require_success(outcome, run, "");
  return facts;
}

void check_busy(const PhaseBusy& busy, const Request& request, const ReleaseOptions& options,
                int waited, Session& session) {
  const std::string holder = describe_holder(busy.holder, request.now);
  // As in Kamal: a lock that was left on by hand is not waited for.
  const bool manual = busy.holder.find("\"kind\":\"manual\"") != std::string::npos;
  if (!options.lock_wait || manual || waited >= *options.lock_wait) throw busy_error(holder);
  session.events(Note{fmt::format("waiting for the lock of {}", holder)});
  wait_seconds(options.lock_wait_interval, session.interrupts);
}

}  // namespace

Facts inspect_locked(Session& session, const Request& request, const ReleaseOptions& options) {
  const Locking locking = options.dry_run ? Locking::leave : Locking::take;
  const PhaseScript script = render_phase(plan_inspect(session.config, request, locking));
  for (int waited = 0;; waited += options.lock_wait_interval) {
    PhaseRun run(session);
    const PhaseOutcome outcome = run.run(session.host, script);
    const auto* busy = std::get_if<PhaseBusy>(&outcome);
    if (busy == nullptr) {
      tell_settled(session, run.facts());
      return facts_of(session, outcome, run);
    }
    const auto version = value_of(run.facts(), "running");
    if (version && busy->holder.find(request.by) != std::string::npos) {
      follow_release(session, *version);
    } else {
      check_busy(*busy, request, options, waited, session);
    }
  }
}

Facts inspect_image(Session& session, const Request& request) {
  PhaseRun run(session);
  const PhaseOutcome outcome =
      run.run(session.host, render_phase(plan_inspect(session.config, request, Locking::leave)));
  return facts_of(session, outcome, run);
}

Facts run_inspect(Session& session) { return inspect_image(session, {}); }

Facts ensure_docker(Session& session, const Request& request, const ReleaseOptions& options,
                    Facts facts) {
  const bool there = !facts.docker.version.empty();
  if (options.action != Action::setup) {
    if (there) return facts;
    throw Error(ErrorKind::usage, Diagnostic{"Docker does not answer on the server",
                                             {},
                                             "it is not installed, not running, or not allowed",
                                             {},
                                             "run `deploy setup`"});
  }
  if (there) {
    run_release_hook(session, request, options, "docker-setup", 0);
    return facts;
  }
  PhaseRun run(session);
  const PhaseScript script = render_phase(plan_bootstrap(session.config, facts));
  if (options.dry_run) {
    options.dry_run(script.shown);
    return facts;
  }
  require_success(run.run(session.host, script), run, "");
  run_release_hook(session, request, options, "docker-setup", 0);
  return inspect_locked(session, request, options);  // the lock is ours: flock is granted again
}

}  // namespace liteship
