// `build …`: the image without the release.

#include <fmt/format.h>

#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

std::string describe(BuildAction action, const std::string& output, const BuildReport& report) {
  const bool here = action == BuildAction::dev || (!output.empty() && output != "registry");
  if (here) return fmt::format("built {}", report.image);
  auto text = fmt::format("{} is ready", report.image);
  if (report.bytes_sent > 0) text += fmt::format(", {} sent", format_bytes(report.bytes_sent));
  return text;
}

template <BuildAction action>
int run_build_action(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::secrets);
  auto options = release_options_of(line.release, environment, server.project(), Action::deploy);
  options.takes_lock = false;
  options.output = line.release.output;
  if (action == BuildAction::dev) {
    options.dirty = true;
    if (options.output.empty()) options.output = "docker";
  }
  const BuildReport report = run_build(server.session(), action, options);
  if (environment.options.dry_run && !environment.options.json) return 0;
  environment.reporter.answer(describe(action, options.output, report),
                              print_json(Json({{"version", report.version.text},
                                               {"image", report.image},
                                               {"bytes_sent", report.bytes_sent}})));
  return 0;
}

int run_build_details(const CommandLine&, Environment& environment) {
  const auto engine = local_docker(environment.interrupts);
  if (!engine) {
    environment.reporter.answer("no Docker answers here: images are built on the server", "null");
    return 0;
  }
  environment.reporter.answer(
      fmt::format("Docker {} here, for {}\n", engine->server_version, engine->architecture),
      print_json(
          Json({{"version", engine->server_version}, {"architecture", engine->architecture}})));
  return 0;
}

int run_no_builder(const CommandLine&, Environment& environment) {
  return answer_change(environment, true,
                       {.done = "nothing to do: the engine that is there builds the image"});
}

void add_image_verbs(CLI::App& group, CommandLine& line) {
  const auto add = [&](const char* name, const char* summary, HelpText help, auto run) {
    auto& verb = add_verb(group, line, name, summary, std::move(help), run);
    verb.add_option("--version", line.release.version,
                    "Build as this version instead of git's HEAD")
        ->type_name("VERSION");
    verb.add_flag("-H,--skip-hooks", line.release.skip_hooks, "Run no hooks");
    return &verb;
  };
  auto* deliver =
      add("deliver", "Build the image and bring it to the server",
          {.about = "Everything of a release that needs no lock: `deploy --skip-push` then\n"
                    "releases it.",
           .examples = {"deploy build deliver"}},
          run_build_action<BuildAction::deliver>);
  auto* push = add("push", "Build the image and push it: to the registry, else to the server",
                   {.examples = {"deploy build push", "deploy build push --output docker"}},
                   run_build_action<BuildAction::push>);
  add("pull", "Let the server pull the image from the registry",
      {.examples = {"deploy build pull"}}, run_build_action<BuildAction::pull>);
  auto* dev = add("dev", "Build the working tree here, as VERSION-dirty",
                  {.about = "Says which files are in the image and in no commit. Nothing is sent.",
                   .examples = {"deploy build dev"}},
                  run_build_action<BuildAction::dev>);
  for (auto* verb : {push, dev}) {
    verb->add_option("--output", line.release.output,
                     "Where to: registry, docker, or what `docker build --output=type=` takes")
        ->type_name("TYPE");
  }
  for (auto* verb : {deliver, push, dev}) {
    verb->add_flag("--no-cache", line.release.no_cache, "Build the image from nothing");
  }
}

}  // namespace

void add_build(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("build", "Build the image without making a release");
  group.require_subcommand(1)->group(release_group);
  line.help[&group] = {.examples = {"deploy build deliver", "deploy build dev"}};
  add_image_verbs(group, line);
  add_verb(group, line, "details", "Show what builds here", {.examples = {"deploy build details"}},
           run_build_details);
  add_verb(group, line, "create", "Kamal's; there is no builder to create",
           {.examples = {"deploy build create"}}, run_no_builder);
  add_verb(group, line, "remove", "Kamal's; there is no builder to remove",
           {.examples = {"deploy build remove"}}, run_no_builder);
}

}  // namespace liteship
