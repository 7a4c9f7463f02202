// `prune …`: what old releases have left.

#include "cli/change.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

template <Pruning pruning>
int run_prune(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto& config = server.config();
  const int retain = line.part.retain.value_or(config.retain_containers);
  return run_change(line, environment, server,
                    [&](const Facts& facts) { return plan_prune(config, pruning, retain, facts); },
                    {.done = "old releases are pruned", .nothing = "nothing to prune"});
}

}  // namespace

void add_prune(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("prune", "Remove old containers and images of the app");
  group.require_subcommand(1)->group(app_group);
  line.help[&group] = {
      .about =
          "Releases do this by themselves. `deploy rollback` can only go back to what is kept.",
      .examples = {"deploy prune all", "deploy prune containers --retain 1"}};
  auto& all = add_verb(group, line, "all", "Old containers, then images without one",
                       {.examples = {"deploy prune all"}}, run_prune<Pruning::all>);
  auto& images = add_verb(group, line, "images", "Images that no container has",
                          {.examples = {"deploy prune images"}}, run_prune<Pruning::images>);
  auto& containers = add_verb(group, line, "containers", "Stopped containers beyond those to keep",
                              {.examples = {"deploy prune containers --retain 1"}},
                              run_prune<Pruning::containers>);
  containers
      .add_option("--retain", line.part.retain, "Keep so many old ones (`retain_containers:`)")
      ->type_name("N")
      ->check(CLI::Range(1, 1000).description(""));
  for (auto* verb : {&all, &images, &containers}) add_change_options(*verb, line.release);
}

}  // namespace liteship
