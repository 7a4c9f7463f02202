#include "release/outcome.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

#include "release/steps.h"

namespace liteship {
namespace {

struct Explanation {
  const char* reason;  // the word of docs/protocol.md
  const char* message;
  const char* help;
};

// Every word that a phase may fail with (docs/protocol.md, "Reasons").
constexpr Explanation explanations[] = {
    {"died", "the new version's container exited",
     "fix what its last lines say; `deploy logs --failed` shows all of them"},
    {"unhealthy", "the new version did not become healthy in time",
     "check `proxy: app_port:` and `healthcheck: path:`, or give it longer with `deploy_timeout:`; "
     "`deploy logs --failed` shows its log"},
    {"migrate", "the migration failed",
     "fix the migration; the databases are as they were before the release"},
    {"snapshot", "the databases cannot be copied before the release",
     "see the lines above; is the server's disk full?"},
    {"replica-empty", "the replica is empty, but a backup must be there",
     "check `sqlite: replica: url:`; when the data is really meant to begin anew, run "
     "`deploy setup --start-empty`"},
    {"replica-unreachable", "the replica cannot be reached",
     "check `sqlite: replica:` (url, endpoint, host_key) and its secrets"},
    {"restore", "restoring the database from the replica failed", "see the lines above"},
    {"no-docker", "Docker cannot be installed",
     "install it by hand, then run `deploy setup` again"},
    {"docker-start", "Docker does not start", "look at /var/log/dockerd.log on the server"},
    {"proxy-start", "kamal-proxy does not start", "see its log above"},
    {"accessory-died", "the accessory does not stay up",
     "fix what its last lines say in `accessories:`, then run this again"},
    {"accessory-unhealthy", "the accessory did not become healthy in time",
     "check its `proxy: app_port:` and `healthcheck: path:`, or give it longer with "
     "`deploy_timeout:`"},
    {"accessory-there", "a container of the accessory's name is there by now", "run this again"},
    {"server-busy", "another app's setup is at work on the server and does not end",
     "wait until it is ready, then run this again"},
    {"disk", "the server cannot write down what Docker says",
     "is the disk full that `~/.deploy` is on? Make room, then run the same command again"},
    {"interrupted", "stopped on request", ""},
    {"killed", "the release was killed on the server", "is its memory full? Run the command again"},
};

const Explanation* explain(const std::string& reason) {
  const auto* found = std::find_if(std::begin(explanations), std::end(explanations),
                                   [&](const Explanation& e) { return reason == e.reason; });
  return found == std::end(explanations) ? nullptr : found;
}

[[noreturn]] void throw_failed(const PhaseFailed& failed, const PhaseRun& run,
                               const std::string& serving) {
  const Explanation* known = explain(failed.reason);
  Diagnostic d;
  d.message = known != nullptr
                  ? known->message
                  : fmt::format("step `{}` failed with status {}", failed.step, failed.status);
  d.reason = fmt::format("step `{}`{}", failed.step, run.output().empty() ? "" : " said:");
  d.notes = run.output();
  if (failed.undone && !serving.empty()) d.notes.push_back(serving);
  d.help = known != nullptr ? known->help : "run again with -v, or see the log file";
  if (!failed.undone) {
    d.notes.push_back("the undo did not finish: run `deploy status`");
    throw Error(ErrorKind::needs_you, d);
  }
  const bool asked = failed.reason == "interrupted";
  throw Error(asked ? ErrorKind::interrupted : ErrorKind::release_failed, d);
}

[[noreturn]] void throw_lost(const PhaseLost& lost, const PhaseRun& run) {
  const bool asked = lost.reason == "interrupted";
  Diagnostic d;
  d.message = !asked           ? "the connection to the server was lost"
              : run.outlives() ? "no longer watching"
                               : "stopped on request";
  const std::string at = run.step().empty() ? "" : fmt::format("at step `{}`", run.step());
  d.reason = asked ? at : lost.reason + (at.empty() ? "" : ", " + at);
  if (run.outlives()) {
    d.notes = {"a release that had begun goes on there and ends by itself: released or undone"};
    d.help = "run `deploy status` to see how it ended";
  } else {
    d.help = "run the same command again";
  }
  throw Error(asked ? ErrorKind::interrupted : ErrorKind::connection, d);
}

}  // namespace

PhaseOutcome PhaseRun::run(Host& host, const PhaseScript& script) {
  output_.clear();
  step_.clear();
  outlives_ = !script.on_end.empty();
  return host.run_phase(
      script,
      [&](const Event& event) {
        note(event);
        session_.events(event);
      },
      session_.interrupts);
}

void PhaseRun::note(const Event& event) {
  if (const auto* began = std::get_if<StepBegan>(&event)) {
    step_ = began->step;
    output_.clear();
    step_began_ = steady_milliseconds();
  } else if (const auto* ended = std::get_if<StepEnded>(&event)) {
    step_ms_.emplace_back(ended->step, steady_milliseconds() - step_began_);
  } else if (const auto* line = std::get_if<StepOutput>(&event)) {
    output_.push_back(line->text);
  } else if (const auto* fact = std::get_if<FactFound>(&event)) {
    facts_.push_back(*fact);
  }
}

void require_success(const PhaseOutcome& outcome, const PhaseRun& run, const std::string& serving) {
  if (const auto* failed = std::get_if<PhaseFailed>(&outcome)) throw_failed(*failed, run, serving);
  if (const auto* busy = std::get_if<PhaseBusy>(&outcome)) {
    throw Error(
        ErrorKind::lock_busy,
        Diagnostic{
            "somebody else is at work on the server", {}, busy->holder, {}, "try again later"});
  }
  if (const auto* lost = std::get_if<PhaseLost>(&outcome)) throw_lost(*lost, run);
}

CommandOutcome stream_to_end(Session& session, const Command& command, ByteSource& input) {
  CommandOutcome outcome = session.host.stream_into(command, input, session.interrupts);
  if (outcome.status == 130 && session.interrupts.count() > 0) {
    throw Error(ErrorKind::interrupted, Diagnostic{"stopped on request", {}, "", {}, ""});
  }
  if (outcome.status == -1) {
    throw Error(ErrorKind::connection, Diagnostic{"the connection to the server was lost",
                                                  {},
                                                  std::string(trim(outcome.error_output)),
                                                  {},
                                                  "run the same command again"});
  }
  return outcome;
}

}  // namespace liteship
