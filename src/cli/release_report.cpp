#include "cli/release_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/change_log.h"
#include "cli/server.h"

namespace liteship {
namespace {

BuildPlace build_place(const std::string& word) {
  if (word == "local") return BuildPlace::local;
  return word == "server" ? BuildPlace::server : BuildPlace::automatic;
}

}  // namespace

std::optional<std::string> named_version(const ReleaseFlags& flags,
                                         const Environment& environment) {
  if (!flags.version.empty()) return flags.version;
  const std::string variable = environment.variable("VERSION");
  return variable.empty() ? std::nullopt : std::optional(variable);
}

ReleaseOptions release_options_of(const ReleaseFlags& flags, const Environment& environment,
                                  const Project& project, Action action) {
  ReleaseOptions options{.action = action,
                         .root = project.root,
                         .git = project.git,
                         .command = environment.command,
                         .by = performer(environment, project),
                         .dirty = flags.dirty,
                         .skip_push = flags.skip_push,
                         .no_cache = flags.no_cache,
                         .skip_hooks = flags.skip_hooks,
                         .roles = roles_named(project.config, environment.options.roles),
                         .start_empty = flags.start_empty,
                         .build = build_place(flags.build),
                         .lock_wait_interval = flags.lock_wait_interval,
                         .cache_directory = cache_directory(environment)};
  options.version = named_version(flags, environment);
  // A rollback without a version goes to the release before, whatever the environment says.
  if (action == Action::rollback && flags.version.empty()) options.version.reset();
  if (environment.options.dry_run) {
    options.dry_run = dry_run_output(environment);
  } else {
    log_change(environment, project, options);
  }
  if (flags.lock_wait) options.lock_wait = flags.lock_wait_timeout;
  return options;
}

std::string describe_report(const ReleaseReport& report) {
  if (report.nothing_to_do) {
    return fmt::format("nothing to do: {} serves already", report.version.brief());
  }
  auto text = fmt::format("{} serves after {}", report.version.brief(),
                          format_duration(report.duration_ms));
  if (report.bytes_sent > 0) text += fmt::format(", {} sent", format_bytes(report.bytes_sent));
  if (!report.traffic) return text;
  const auto& traffic = *report.traffic;
  return text + fmt::format("\ncut-over: {} requests, {} failed, slowest {}", traffic.requests,
                            traffic.failed, format_duration(traffic.slowest_ms));
}

std::string report_json(const ReleaseReport& report) {
  using Json = nlohmann::ordered_json;
  Json traffic;
  if (report.traffic) {
    traffic = {{"requests", report.traffic->requests},
               {"failed", report.traffic->failed},
               {"slowest_ms", report.traffic->slowest_ms}};
  }
  auto steps = Json::array();
  for (const auto& [step, ms] : report.step_ms) {
    steps.push_back({{"step", step}, {"duration_ms", ms}});
  }
  return Json({{"version", report.version.text},
               {"nothing_to_do", report.nothing_to_do},
               {"cutover", report.cutover == Cutover::hold ? "hold" : "overlap"},
               {"bytes_sent", report.bytes_sent},
               {"duration_ms", report.duration_ms},
               {"traffic", traffic},
               {"steps", steps}})
      .dump();
}

int show_report(const Environment& environment, const ReleaseReport& report) {
  // A dry run has printed its answer already: what would run.
  if (environment.options.dry_run && !environment.options.json) return 0;
  environment.reporter.answer(describe_report(report), report_json(report));
  return 0;
}

}  // namespace liteship
