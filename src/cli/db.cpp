#include "cli/server.h"
#include "cli/verbs.h"
#include "liteship/sqlite.h"

namespace liteship {
namespace {

int run_db_status(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto databases = run_database_status(server.config(), server.host(),
                                             server.session().events, environment.interrupts);
  environment.reporter.answer(render_status(databases, environment.seams.now()),
                              status_json(databases));
  return status_exit_code(databases);
}

}  // namespace

void add_db(CLI::App& tree, CommandLine& line) {
  auto& db = *tree.add_subcommand("db", "The app's databases and their replica");
  db.require_subcommand(1)->group(app_group);
  line.help[&db] = {.examples = {"deploy db status"}};
  add_verb(
      db, line, "status", "Compare each database with its replica",
      {.about =
           "Asks the replica itself, not the replicator's last word. Exit codes of this command:\n"
           "0 current, 1 lagging, 2 unreachable, 3 diverged, 4 the replicator does not run; the\n"
           "worst of all databases.",
       .examples = {"deploy db status", "deploy db status --json"}},
      run_db_status);
}

}  // namespace liteship
