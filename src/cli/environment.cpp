#include "cli/environment.h"

namespace liteship {

std::string Environment::variable(const std::string& name) const {
  const auto found = seams.variables.find(name);
  return found == seams.variables.end() ? "" : found->second;
}

std::filesystem::path cache_directory(const Environment& environment) {
  const auto cache = environment.variable("XDG_CACHE_HOME");
  if (cache.starts_with('/')) return std::filesystem::path(cache) / "liteship";
  return std::filesystem::path(environment.variable("HOME")) / ".cache/liteship";
}

void confirm(const Environment& environment, const std::string& question) {
  if (environment.options.yes || environment.options.dry_run) return;
  environment.reporter.settle();
  std::optional<std::string> reply;
  if (!environment.options.no_input) reply = environment.seams.ask(question + " [y/N] ");
  if (!reply) {
    throw Error(ErrorKind::usage, Diagnostic{.message = "this needs a yes, and nobody can be asked",
                                             .reason = question,
                                             .help = "add `--yes` to say so in advance"});
  }
  if (*reply != "y" && *reply != "Y" && *reply != "yes") {
    throw Error(ErrorKind::usage, Diagnostic{.message = "not confirmed: nothing was changed"});
  }
}

}  // namespace liteship
