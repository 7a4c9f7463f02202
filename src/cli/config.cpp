#include "cli/project.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

int run_config(const CommandLine&, Environment& environment) {
  const auto project = load_project(environment);
  const auto yaml = render_config(project.config);
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
  add_verb(tree, line, "config", "Check deploy.yml and print it merged; secrets by name only",
           {.examples = {"deploy config", "deploy config -d staging"}}, run_config)
      .group(start_group);
}

}  // namespace liteship
