// `registry …`: logging in and out, here and on the server.

#include <fmt/format.h>

#include "cli/change.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

SecretChoice login_secrets() {
  return [](const Config& config) { return needed_secrets(config.registry); };
}

using AtPlace = bool (*)(Session&, RegistryPlace);

int run_at_places(const CommandLine& line, Environment& environment, AtPlace action,
                  const std::string& done) {
  Server server(environment, login_secrets());
  if (environment.options.dry_run) {
    dry_run_output(environment)("# docker login or logout, with the password on stdin\n");
    return 0;
  }
  bool ran = false;
  if (!line.part.skip_local) ran |= action(server.session(), RegistryPlace::here);
  if (!line.part.skip_remote) ran |= action(server.session(), RegistryPlace::server);
  return answer_change(
      environment, ran,
      {.done = done, .nothing = "nothing to do: deploy.yml has no registry that needs a password"});
}

int run_login(const CommandLine& line, Environment& environment) {
  return run_at_places(line, environment, run_registry_login, "logged in");
}

int run_logout(const CommandLine& line, Environment& environment) {
  return run_at_places(line, environment, run_registry_logout, "logged out");
}

}  // namespace

void add_registry(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("registry", "Log in to the registry, here and on the server");
  group.require_subcommand(1)->group(tool_group);
  line.help[&group] = {
      .about =
          "Only with `registry:` in deploy.yml. Releases log in by themselves; without a registry\n"
          "images travel over the SSH connection.",
      .examples = {"deploy registry login", "deploy registry logout"}};
  const auto add = [&](const char* name, const char* summary, auto run) {
    auto& verb = add_verb(group, line, name, summary,
                          {.examples = {fmt::format("deploy registry {}", name)}}, run);
    verb.add_flag("-L,--skip-local", line.part.skip_local, "Not here");
    verb.add_flag("-R,--skip-remote", line.part.skip_remote, "Not on the server");
  };
  add("login", "Log in", run_login);
  add("logout", "Log out", run_logout);
  add("setup", "The same as login; kept for those who know it from Kamal", run_login);
  add("remove", "The same as logout; kept for those who know it from Kamal", run_logout);
}

}  // namespace liteship
