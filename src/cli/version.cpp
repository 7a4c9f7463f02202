#include "cli/verbs.h"

namespace liteship {
namespace {

int run_version(const CommandLine&, Environment& environment) {
  environment.reporter.answer("deploy " LITESHIP_VERSION, "\"" LITESHIP_VERSION "\"");
  return 0;
}

}  // namespace

void add_version(CLI::App& tree, CommandLine& line) {
  add_verb(tree, line, "version", "Print this program's version", {.examples = {"deploy version"}},
           run_version)
      .group(tool_group);
}

}  // namespace liteship
