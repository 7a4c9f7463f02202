#include <fmt/format.h>

#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

/// `NAME=VALUE`, or Kamal's `NAME:VALUE`.
std::map<std::string, std::string> parse_env(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> env;
  for (const auto& pair : pairs) {
    const auto at = pair.find_first_of("=:");
    if (at == 0 || at == std::string::npos) {
      throw Error(ErrorKind::usage, Diagnostic{.message = "`--env` takes NAME=VALUE"});
    }
    env[pair.substr(0, at)] = pair.substr(at + 1);
  }
  return env;
}

/// As Kamal users type it: one word with blanks is a whole command line, `exec "ls -la"`.
std::vector<std::string> command_words(const std::vector<std::string>& words) {
  if (words.size() != 1 || words[0].find(' ') == std::string::npos) return words;
  auto line = split_words(words[0]);
  if (!line) {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = fmt::format("a quote is open in `{}`", words[0])});
  }
  return std::move(line->words);
}

int run_on_terminal(Host& host, const Command& command) {
  const auto status = host.run_terminal(command).status;
  if (status >= 0) return status;
  throw Error(ErrorKind::connection,
              Diagnostic{.message = "the connection to the server was lost"});
}

}  // namespace

ExecOptions exec_options_of(const ExecFlags& flags) {
  if (flags.detach && flags.interactive) {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = "`--detach` and `--interactive` exclude each other"});
  }
  return {.words = command_words(flags.words),
          .interactive = flags.interactive,
          .reuse = flags.reuse,
          .detach = flags.detach,
          .env = parse_env(flags.env),
          .version = flags.version.empty() ? std::nullopt : std::optional(flags.version),
          .role = flags.role};
}

int run_exec(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  return run_command_of(line, environment, server.host(),
                        exec_command(server.config(), exec_options_of(line.exec)));
}

int run_command_of(const CommandLine& line, Environment& environment, Host& host,
                   const Command& command) {
  if (line.exec.interactive) return run_on_terminal(host, command);
  return stream_command(environment, host, command, "exec");
}

void add_command_options(CLI::App& verb, ExecFlags& flags) {
  verb.add_option("command", flags.words, "The command and its words, as they are")
      ->type_name("COMMAND")
      ->required();
  verb.add_flag("-i,--interactive", flags.interactive, "On a terminal");
  verb.add_flag("--raw", flags.raw, "Kamal's; output always is as it comes");
}

void add_exec_options(CLI::App& verb, ExecFlags& flags) {
  add_command_options(verb, flags);
  verb.add_flag("--detach", flags.detach,
                "Return at once; `logs --container-id` has what it prints");
  verb.add_flag("--reuse", flags.reuse, "In the running container, not in a new one");
  verb.add_option("-e,--env", flags.env, "Set a variable for the command")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);  // one value each time; the next word is the command
  verb.add_option("--version", flags.version, "Of this version instead of the one that runs")
      ->type_name("VERSION");
  verb.add_option("-r,--role,--roles", flags.role, "In this role instead of the first")
      ->type_name("ROLE");
}

void add_exec(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(
      tree, line, "exec", "Run a command in the app's image",
      {.about =
           "In a new container with the app's volumes and variables, or in the running one with\n"
           "--reuse. Options stand before the command; its words are passed on as they are, and\n"
           "its exit code is that of `deploy`.",
       .examples = {"deploy exec -i --reuse sh", "deploy exec --reuse ls -la /storage",
                    "deploy exec -e DEBUG=1 bin/task"}},
      run_exec);
  verb.group(app_group);
  add_exec_options(verb, line.exec);
}

}  // namespace liteship
