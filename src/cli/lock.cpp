#include "cli/server.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

int run_lock_action(const CommandLine& line, Environment& environment, LockAction action) {
  Server server(environment, Needs::connection);
  const bool dry = environment.options.dry_run && action != LockAction::status;
  auto session = dry ? server.printing_session() : server.session();
  const auto holder =
      run_lock(session, action, performer(environment, server.project()), line.lock_message);
  if (dry) return 0;
  if (!holder) {
    environment.reporter.answer("nobody holds the lock", "null");
    return 0;
  }
  const auto json = read_json(*holder);
  environment.reporter.answer("held by " + describe_holder(*holder, environment.seams.now()),
                              print_json(json.is_discarded() ? nlohmann::json(*holder) : json));
  return 0;
}

template <LockAction action>
int run_simple(const CommandLine& line, Environment& environment) {
  return run_lock_action(line, environment, action);
}

}  // namespace

void add_lock(CLI::App& tree, CommandLine& line) {
  auto& lock = *tree.add_subcommand("lock", "Keep others from deploying for a while");
  lock.require_subcommand(1)->group(release_group);
  line.help[&lock] = {
      .about =
          "Every command that changes the server holds the lock while it runs, and the lock ends\n"
          "with it. `acquire` holds it until `release`.",
      .examples = {"deploy lock status", "deploy lock acquire -m 'moving the database'",
                   "deploy lock release"}};
  add_verb(lock, line, "status", "Show who holds the lock", {.examples = {"deploy lock status"}},
           run_simple<LockAction::status>);
  auto& acquire = add_verb(lock, line, "acquire", "Hold the lock until it is released",
                           {.examples = {"deploy lock acquire -m 'moving the database'"}},
                           run_simple<LockAction::acquire>);
  acquire.add_option("-m,--message", line.lock_message, "Why; others will read it")
      ->type_name("TEXT")
      ->required();
  add_verb(lock, line, "release", "Release the lock that `acquire` took",
           {.examples = {"deploy lock release"}}, run_simple<LockAction::release>);
}

}  // namespace liteship
