#include "cli/project.h"
#include "cli/release_report.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

/// The version that a release would have now.
Version current_version(const CommandLine& line, const Environment& environment,
                        const Project& project) {
  if (auto named = named_version(line.release, environment)) return {*named};
  if (project.git) return {project.git->revision};
  throw Error(ErrorKind::usage,
              Diagnostic{.message = "there is no version to show",
                         .reason = "this directory is not in a git repository with a commit",
                         .help = "commit first, or name one with `--version`"});
}

int run_config(const CommandLine& line, Environment& environment) {
  const auto project = load_project(environment);
  for (const auto& obstacle : project.config.obstacles) show_warning(environment, obstacle);
  const auto yaml = line.as_kamal ? render_kamal_config(project.config,
                                                        current_version(line, environment, project))
                                  : render_config(project.config);
  const nlohmann::ordered_json json = {{"file", project.config_file.string()},
                                       {"service", project.config.service},
                                       {"host", project.config.host},
                                       {"destination", project.config.destination},
                                       {"yaml", yaml}};
  environment.reporter.answer(yaml, print_json(json));
  return 0;
}

}  // namespace

void add_config(CLI::App& tree, CommandLine& line) {
  auto& verb =
      add_verb(tree, line, "config", "Check deploy.yml and print it merged; secrets by name only",
               {.examples = {"deploy config", "deploy config -d staging",
                             "deploy config --kamal      # as `kamal config` prints it"}},
               run_config);
  verb.group(start_group);
  verb.add_flag("--kamal", line.as_kamal, "Print what `kamal config` prints");
  verb.add_option("--version", line.release.version, "The version to show instead of git's HEAD")
      ->type_name("VERSION");
}

}  // namespace liteship
