#include <fmt/format.h>

#include "cli/release_report.h"
#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

int run_remove_verb(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto& config = server.config();
  confirm(
      environment,
      fmt::format("Remove {}{} from {}? Volumes, directories and replica stay.", config.app_name(),
                  config.accessories.empty() ? "" : " and its accessories", config.host));
  (void)run_locked(
      server.session(),
      release_options_of(line.release, environment, server.project(), Action::deploy),
      [&](const Facts& facts) { return plan_remove(config, Removal::everything, facts); });
  if (environment.options.dry_run && !environment.options.json) return 0;
  environment.reporter.answer(fmt::format("{} is gone from {}; its volumes are still there",
                                          config.app_name(), config.host),
                              "\"removed\"");
  return 0;
}

}  // namespace

void add_remove(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(tree, line, "remove", "Remove the app from the server; its data stays",
                        {.about = "Removes the containers, the proxy's route and the images of "
                                  "this app, and the containers\n"
                                  "of its accessories. Volumes, the accessories' directories and "
                                  "the replica stay: whoever\n"
                                  "wants them gone removes them by hand.",
                         .examples = {"deploy remove", "deploy remove -d staging --yes"}},
                        run_remove_verb);
  verb.group(app_group);
  add_change_options(verb, line.release);
}

}  // namespace liteship
