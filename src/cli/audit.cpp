#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

int run_audit(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  return stream_command(environment, server.host(),
                        audit_command(server.config(), line.audit_lines), "audit",
                        Passed::printable);
}

}  // namespace

void add_audit(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(tree, line, "audit", "Show who changed the server, and how",
                        {.examples = {"deploy audit", "deploy audit -n 500"}}, run_audit);
  verb.group(look_group);
  verb.add_option("-n,--lines", line.audit_lines, "So many of the last lines (50)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description(""));
}

}  // namespace liteship
