#include "cli/secret_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command_line.h"
#include "cli/secrets.h"
#include "liteship/process.h"

namespace liteship {
namespace {

CommandResult as_result(RunResult result) {
  return {result.status, std::move(result.output), std::move(result.error_output)};
}

/// `secrets fetch …`, `secrets extract …`
SecretOutcome run_own(const Environment& environment, const std::vector<std::string>& words) {
  CommandLine line;
  const auto tree = build_tree(line);
  if (auto wrong = try_words(*tree, line, words)) return std::move(*wrong);
  auto printed = print_secret(line, vault_tools(environment));
  if (auto* wrong = std::get_if<Diagnostic>(&printed)) return std::move(*wrong);
  return CommandResult{0, std::get<Secret>(printed).reveal() + "\n", {}};
}

}  // namespace

VaultTools vault_tools(const Environment& environment) {
  const auto start = [&environment](bool may_ask) {
    return [&environment, may_ask](const Command& command, const VaultTools::Variables& changes) {
      if (may_ask) environment.reporter.settle();
      return as_result(run_process(
          command,
          {.directory = environment.seams.directory, .environment = changes, .may_ask = may_ask},
          environment.interrupts));
    };
  };
  VaultTools tools{.run = start(false), .environment = environment.seams.variables};
  if (environment.seams.has_terminal && !environment.options.no_input) tools.ask = start(true);
  return tools;
}

SecretOutcome run_secret_command(const Environment& environment, const std::string& command) {
  const auto inner = [&](const std::string& text) { return run_secret_command(environment, text); };
  const OwnCommand own = own_command(command, inner);
  if (const auto* words = std::get_if<std::vector<std::string>>(&own)) {
    return run_own(environment, *words);
  }
  if (const auto* failed = std::get_if<SecretOutcome>(&own)) return *failed;
  // The command may hold values of secrets: everybody can read arguments, an environment only we.
  const Command shell{"sh", "-c", R"(eval "unset LITESHIP_COMMAND; $LITESHIP_COMMAND")"};
  return as_result(run_process(
      shell,
      {.directory = environment.seams.directory, .environment = {{"LITESHIP_COMMAND", command}}},
      environment.interrupts));
}

}  // namespace liteship
