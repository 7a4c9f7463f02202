#include "cli/release_report.h"
#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

int run_back(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::secrets);
  server.require_every_role();
  const auto options =
      release_options_of(line.release, environment, server.project(), Action::rollback);
  return show_report(environment, run_rollback(server.session(), options));
}

}  // namespace

void add_rollback(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(
      tree, line, "rollback", "Serve an earlier version again",
      {.about =
           "Starts the container that was kept from that release, as it was, and switches when it\n"
           "is healthy. The data stays as it is now. Without VERSION: the release before.",
       .examples = {"deploy rollback", "deploy rollback 4f2a91c        # see `deploy releases`"}},
      run_back);
  verb.group(release_group);
  verb.add_option("version", line.release.version, "A version, or how it begins")
      ->type_name("VERSION");
  add_change_options(verb, line.release);
}

}  // namespace liteship
