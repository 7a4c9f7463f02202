#include "cli/completion.h"

#include <nlohmann/json.hpp>

#include "cli/verbs.h"

namespace liteship {
namespace {

int run_completion(const CommandLine& line, Environment& environment) {
  CommandLine fresh;
  const auto root = describe_tree(*build_tree(fresh), fresh);
  const auto text = line.shell == "bash"  ? bash_completion(root)
                    : line.shell == "zsh" ? zsh_completion(root)
                                          : fish_completion(root);
  environment.reporter.answer(text, nlohmann::json(text).dump());
  return 0;
}

}  // namespace

void add_completion(CLI::App& tree, CommandLine& line) {
  const std::vector<std::string> shells = {"bash", "zsh", "fish"};
  auto& verb =
      add_verb(tree, line, "completion", "Print completions for bash, zsh or fish",
               {.examples = {"source <(deploy completion bash)",
                             "deploy completion zsh > \"${fpath[1]}/_deploy\"",
                             "deploy completion fish > ~/.config/fish/completions/deploy.fish"},
                .words = shells},
               run_completion);
  verb.group(tool_group);
  verb.add_option("shell", line.shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember(shells).description(""));
}

}  // namespace liteship
