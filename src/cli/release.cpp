#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

constexpr const char* release_options = "Options of a release";

int run_deploy(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::secrets);
  server.require_every_role();
  const auto options =
      release_options_of(line.release, environment, server.project(), Action::deploy);
  return show_report(environment, run_release(server.session(), options));
}

int run_setup(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::everything);
  auto options = release_options_of(line.release, environment, server.project(), Action::setup);
  if (!server.config().accessories.empty()) {
    options.accessories =
        read_accessories(environment, server.secrets(), choose_accessories(server.config(), "all"));
  }
  if (server.config().roles.empty()) {  // accessories are the whole setup
    const bool installed = run_bootstrap(server.session(), options);
    const bool booted =
        run_accessories(server.session(), AccessoryAction::boot, options) || installed;
    return answer_change(environment, booted,
                         {.done = "the accessories run", .nothing = "the accessories run already"});
  }
  server.require_every_role();
  return show_report(environment, run_release(server.session(), options));
}

/// `deploy --version` without a value asks for ours; with one it releases that version.
int run_bare(const CommandLine& line, Environment& environment) {
  if (line.print_version) {
    environment.reporter.answer("deploy " LITESHIP_VERSION, "\"" LITESHIP_VERSION "\"");
    return 0;
  }
  return run_deploy(line, environment);
}

}  // namespace

void add_change_options(CLI::App& verb, ReleaseFlags& flags) {
  verb.add_flag("-H,--skip-hooks", flags.skip_hooks, "Run no hooks")->group(release_options);
  verb.add_flag("--lock-wait", flags.lock_wait, "Wait while somebody else holds the lock")
      ->group(release_options);
  verb.add_option("--lock-wait-timeout", flags.lock_wait_timeout, "Wait at most so long (900)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86400).description(""))
      ->group(release_options);
  verb.add_option("--lock-wait-interval", flags.lock_wait_interval, "Look so often (15)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 3600).description(""))
      ->group(release_options);
}

void add_release_options(CLI::App& verb, ReleaseFlags& flags) {
  verb.add_option("--version", flags.version, "Release this version instead of git's HEAD")
      ->type_name("VERSION")
      ->expected(0, 1)
      ->group(release_options);
  verb.add_flag("-P,--skip-push", flags.skip_push, "Use the image that is already there")
      ->group(release_options);
  verb.add_flag("--no-cache", flags.no_cache, "Build the image from nothing")
      ->group(release_options);
  verb.add_flag("--dirty", flags.dirty, "Build the working tree with its changes")
      ->group(release_options);
  verb.add_option("--build", flags.build, "Build here or on the server: auto, local, server")
      ->type_name("WHERE")
      ->check(CLI::IsMember({"auto", "local", "server"}).description(""))
      ->group(release_options);
  verb.add_flag("--start-empty", flags.start_empty, "Begin without data when the replica is empty")
      ->group(release_options);
  add_change_options(verb, flags);
}

void add_setup(CLI::App& tree, CommandLine& line) {
  auto& setup = add_verb(
      tree, line, "setup", "Prepare the server, then make the first release",
      {.about =
           "Installs Docker where it is missing, starts the proxy, the accessories and the\n"
           "replicator, restores the databases from the replica when the server has none, and\n"
           "releases. Run it again at any time: what is there already stays.",
       .examples = {"deploy setup", "deploy setup -d staging",
                    "deploy setup --start-empty     # the bucket is new: begin without data"}},
      run_setup);
  setup.group(start_group);
  add_release_options(setup, line.release);
}

void add_release(CLI::App& tree, CommandLine& line) {
  line.run = [&line](Environment& environment) { return run_bare(line, environment); };
  line.help[&tree] = {
      .about =
          "`deploy` without a command makes a release: it builds the image of git's HEAD, sends\n"
          "the layers that the server lacks, starts the new version beside the old one and\n"
          "switches when it is healthy. When anything fails, the old version goes on serving.",
      .examples = {"deploy init                    # write deploy.yml",
                   "deploy setup                   # prepare the server, make the first release",
                   "deploy                         # release what git's HEAD is",
                   "deploy rollback                # back to the release before",
                   "deploy logs -f                 # follow the app's log"}};
  add_release_options(tree, line.release);
  auto& verb = add_verb(tree, line, "deploy", "Make a release: what `deploy` alone does",
                        {.about = line.help[&tree].about,
                         .examples = {"deploy", "deploy -d staging",
                                      "deploy --dirty                 # as it is on disk",
                                      "deploy --dry-run               # print what would run"}},
                        run_deploy);
  auto& again = add_verb(tree, line, "redeploy", "The same; kept for those who know it from Kamal",
                         {.examples = {"deploy redeploy"}}, run_deploy);
  auto& plan = add_verb(tree, line, "plan", "Print what a release would do: `deploy --dry-run`",
                        {.examples = {"deploy plan"}},
                        [](const CommandLine& typed, Environment& environment) {
                          return run_deploy(typed, environment);
                        });
  for (auto* each : {&verb, &again, &plan}) {
    each->group(release_group);
    add_release_options(*each, line.release);
  }
  // The options are all that a verb may look at, so the word becomes one.
  plan.preparse_callback([&line](std::size_t) { line.global.dry_run = true; });
}

}  // namespace liteship
