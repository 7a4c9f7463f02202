#include "cli/server.h"
#include "cli/verbs.h"

namespace liteship {

LogOptions log_options_of(const LogFlags& flags) {
  LogOptions options{
      .lines = flags.lines, .follow = flags.follow, .failed = flags.failed, .role = flags.role};
  if (!flags.since.empty()) options.since = flags.since;
  if (!flags.grep.empty()) options.grep = flags.grep;
  options.grep_options = flags.grep_options;
  options.container = flags.container;
  return options;
}

int run_logs(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto command = logs_command(server.config(), log_options_of(line.logs));
  return stream_command(environment, server.host(), command, "logs");
}

void add_tail_options(CLI::App& verb, LogFlags& flags) {
  verb.add_flag("-f,--follow", flags.follow, "Go on as lines come, until Ctrl-C");
  verb.add_option("-s,--since", flags.since, "From this time or age on: 10m, 2026-11-24T03:00")
      ->type_name("TIME");
  verb.add_option("-n,--lines", flags.lines, "So many of the last lines")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description(""));
  verb.add_option("-g,--grep", flags.grep, "Only lines with this regular expression")
      ->type_name("PATTERN");
  verb.add_option("--grep-options", flags.grep_options, "More options for grep: '-i -C 2'")
      ->type_name("OPTIONS");
  verb.add_flag("-T,--skip-timestamps", flags.skip_timestamps, "Kamal's; lines get none anyway");
}

void add_log_options(CLI::App& verb, LogFlags& flags) {
  add_tail_options(verb, flags);
  verb.add_flag("--failed", flags.failed, "Of the last release that failed");
  verb.add_option("--container-id", flags.container, "Of this container, whatever it is")
      ->type_name("ID");
  verb.add_option("-r,--role,--roles", flags.role, "Of this role instead of the first")
      ->type_name("ROLE");
}

void add_logs(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(tree, line, "logs", "Show the app's log",
                        {.examples = {"deploy logs -f", "deploy logs --since 10m --grep ERROR",
                                      "deploy logs --failed           # why the release failed"}},
                        run_logs);
  verb.group(look_group);
  add_log_options(verb, line.logs);
}

}  // namespace liteship
