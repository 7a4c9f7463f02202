#include "cli/alias.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/project.h"
#include "cli/tree.h"
#include "liteship/shell.h"

namespace liteship {
namespace {

/// The value of `-d VALUE`, `-dVALUE`, `--destination VALUE` or `--destination=VALUE`; else "".
std::string option_value(const std::vector<std::string>& words, const std::string& brief,
                         const std::string& name) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto& word = words[i];
    if (word == brief || word == name) return i + 1 < words.size() ? words[i + 1] : "";
    if (word.starts_with(name + "=")) return word.substr(name.size() + 1);
    if (word.starts_with(brief) && !word.starts_with("--")) return word.substr(brief.size());
  }
  return "";
}

/// The options that say which deploy.yml is meant. The alias is not known yet, and so no verb.
GlobalOptions configuration_options(const std::vector<std::string>& words) {
  GlobalOptions options;
  options.destination = option_value(words, "-d", "--destination");
  options.config_file = option_value(words, "-c", "--config-file");
  return options;
}

[[noreturn]] void fail_alias(const std::string& name, std::string reason) {
  throw Error(ErrorKind::usage,
              Diagnostic{.message = fmt::format("the alias `{}` cannot be used", name),
                         .reason = std::move(reason),
                         .help = "correct it below `aliases:` in deploy.yml"});
}

}  // namespace

std::vector<std::string> expand_alias(const CLI::App& tree, const Seams& seams,
                                      const std::vector<std::string>& words) {
  if (words.empty() || words[0].starts_with('-') || find_command(tree, words[0]) != nullptr) {
    return words;
  }
  const auto config = read_config(seams, configuration_options(words));
  if (!config) return words;
  const auto alias = config->aliases.find(words[0]);
  if (alias == config->aliases.end()) return words;
  auto expanded = split_words(alias->second).value_or(ShellWords{}).words;
  if (expanded.empty() || find_command(tree, expanded[0]) == nullptr) {
    fail_alias(alias->first, fmt::format("`{}` does not begin with a command", alias->second));
  }
  expanded.insert(expanded.end(), words.begin() + 1, words.end());
  return expanded;
}

}  // namespace liteship
