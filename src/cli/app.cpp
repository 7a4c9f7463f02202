#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

int run_action(const CommandLine& line, Environment& environment, AppAction action,
               const std::string& done) {
  Server server(environment, Needs::connection);
  const Config chosen = server.chosen();
  return run_change(line, environment, server,
                    [&](const Facts& facts) { return plan_app(chosen, action, facts); },
                    {.done = done});
}

/// The image of --version, else of what runs: nothing is built.
int run_boot(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::secrets);
  server.require_every_role();
  auto options = release_options_of(line.release, environment, server.project(), Action::deploy);
  options.skip_push = true;
  options.boot_only = true;
  if (!options.version) {
    const auto facts = run_inspect(server.session());
    const auto* running = facts.running(server.config().primary_role().name);
    if (running != nullptr) options.version = running->version;
  }
  return show_report(environment, run_release(server.session(), options));
}

template <AppAction action>
int run_simple(const CommandLine& line, Environment& environment) {
  switch (action) {
    case AppAction::start:
      return run_action(line, environment, action, "started");
    case AppAction::stop:
      return run_action(line, environment, action, "stopped");
    case AppAction::restart:
      return run_action(line, environment, action, "restarted");
  }
  return 1;
}

}  // namespace

void add_app(CLI::App& tree, CommandLine& line) {
  auto& app = *tree.add_subcommand("app", "Start, stop and look into the app");
  app.require_subcommand(1)->group(app_group);
  line.help[&app] = {
      .examples = {"deploy app restart", "deploy app boot                # after a change of env"}};
  auto& boot = add_verb(
      app, line, "boot", "Start the version that serves anew, with today's settings",
      {.about = "A release without a build: the same image, today's configuration and secrets.",
       .examples = {"deploy app boot"}},
      run_boot);
  boot.add_option("--version", line.release.version, "Of this version")->type_name("VERSION");
  auto& start = add_verb(app, line, "start", "Start the app after `deploy app stop`",
                         {.examples = {"deploy app start"}}, run_simple<AppAction::start>);
  auto& stop = add_verb(app, line, "stop", "Stop the app; the proxy answers 404 until it starts",
                        {.examples = {"deploy app stop"}}, run_simple<AppAction::stop>);
  auto& restart = add_verb(app, line, "restart", "Stop the app and start it again, as it was",
                           {.examples = {"deploy app restart"}}, run_simple<AppAction::restart>);
  for (auto* verb : {&boot, &start, &stop, &restart}) add_change_options(*verb, line.release);
  add_traffic(app, line);
  add_app_lists(app, line);
  add_app_cleanup(app, line);
  add_log_options(add_verb(app, line, "logs", "The same as `deploy logs`", {}, run_logs),
                  line.logs);
  add_exec_options(add_verb(app, line, "exec", "The same as `deploy exec`", {}, run_exec),
                   line.exec);
}

}  // namespace liteship
