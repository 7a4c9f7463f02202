// `server bootstrap/exec`: the machine itself.

#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

int run_server_bootstrap(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto options =
      release_options_of(line.release, environment, server.project(), Action::setup);
  return answer_change(environment, run_bootstrap(server.session(), options),
                       {.done = "Docker is installed", .nothing = "Docker runs already"});
}

/// One word is a line for the server's shell, as Kamal users type it; several are a command.
Command server_command(const std::vector<std::string>& words) {
  if (words.size() == 1) return Command{"sh", "-c", words[0]};
  Command command;
  return command.args(words);
}

int run_server_exec(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::agent);
  return run_command_of(line, environment, server.host(), server_command(line.exec.words));
}

}  // namespace

void add_server(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("server", "The server itself: prepare it, run commands on it");
  group.require_subcommand(1)->group(app_group);
  line.help[&group] = {
      .examples = {"deploy server bootstrap", "deploy server exec 'df -h | grep /dev'"}};
  add_change_options(
      add_verb(group, line, "bootstrap", "Install Docker where it is missing",
               {.about = "What `deploy setup` does first; the hook `docker-setup` runs after it.",
                .examples = {"deploy server bootstrap"}},
               run_server_bootstrap),
      line.release);
  add_command_options(
      add_verb(
          group, line, "exec", "Run a command on the server, outside of containers",
          {.about = "Several words are a command and its arguments, as they are; a single one\n"
                    "is a line for the server's shell. With `ssh: forward_agent: true` it may use\n"
                    "this machine's SSH agent.",
           .examples = {"deploy server exec uptime", "deploy server exec -i top",
                        "deploy server exec 'df -h | grep /dev'"}},
          run_server_exec),
      line.exec);
}

}  // namespace liteship
