#pragma once
// One function per verb: it adds the verb's options to the tree and binds its run function.

#include <CLI/CLI.hpp>
#include <string>

#include "cli/command_line.h"

namespace liteship {

/// Groups of the help screen.
inline constexpr const char* start_group = "Start";
inline constexpr const char* release_group = "Release";
inline constexpr const char* look_group = "Look";
inline constexpr const char* app_group = "App and data";
inline constexpr const char* tool_group = "This program";

/// A subcommand that runs `run`. Its help text is `help`.
template <class Run>
CLI::App& add_verb(CLI::App& parent, CommandLine& line, const std::string& name,
                   const std::string& summary, HelpText help, Run run) {
  auto* verb = parent.add_subcommand(name, summary);
  line.help[verb] = std::move(help);
  verb->callback([&line, run] {
    line.run = [&line, run](Environment& environment) { return run(line, environment); };
  });
  return *verb;
}

/// Kamal's verbs that its help does not show: they work, and ours does not show them either.
inline constexpr const char* hidden_group = "";

void add_setup(CLI::App& tree, CommandLine& line);
void add_release(CLI::App& tree, CommandLine& line);  // deploy, redeploy, plan, and bare `deploy`
void add_rollback(CLI::App& tree, CommandLine& line);
void add_releases(CLI::App& tree, CommandLine& line);
void add_status(CLI::App& tree, CommandLine& line);
void add_logs(CLI::App& tree, CommandLine& line);
void add_exec(CLI::App& tree, CommandLine& line);
void add_app(CLI::App& tree, CommandLine& line);
void add_traffic(CLI::App& app,
                 CommandLine& line);  // below `app`: maintenance, live, pause, resume
void add_app_lists(CLI::App& app, CommandLine& line);  // below `app`: details, containers, images …
void add_app_cleanup(CLI::App& app, CommandLine& line);  // below `app`: remove_container …
void add_accessory(CLI::App& tree, CommandLine& line);
void add_proxy(CLI::App& tree, CommandLine& line);
void add_boot_config(CLI::App& proxy, CommandLine& line);  // below `proxy`
void add_upgrade(CLI::App& tree, CommandLine& line);
void add_proxy_upgrade(CLI::App& proxy, CommandLine& line);  // below `proxy`
void add_server(CLI::App& tree, CommandLine& line);
void add_build(CLI::App& tree, CommandLine& line);
void add_registry(CLI::App& tree, CommandLine& line);
void add_prune(CLI::App& tree, CommandLine& line);
void add_db(CLI::App& tree, CommandLine& line);
void add_secrets(CLI::App& tree, CommandLine& line);
void add_lock(CLI::App& tree, CommandLine& line);
void add_audit(CLI::App& tree, CommandLine& line);
void add_remove(CLI::App& tree, CommandLine& line);
void add_init(CLI::App& tree, CommandLine& line);
void add_config(CLI::App& tree, CommandLine& line);
void add_docs(CLI::App& tree, CommandLine& line);
void add_completion(CLI::App& tree, CommandLine& line);
void add_version(CLI::App& tree, CommandLine& line);

// ---- shared by verbs

/// Options of every verb that makes a release.
void add_release_options(CLI::App& verb, ReleaseFlags& flags);
/// -H, --version and the lock's options: for verbs that change the server without building.
void add_change_options(CLI::App& verb, ReleaseFlags& flags);
/// Of `logs` of anything; those of the app have more.
void add_tail_options(CLI::App& verb, LogFlags& flags);
void add_log_options(CLI::App& verb, LogFlags& flags);
/// The command itself and what is true of every `exec`.
void add_command_options(CLI::App& verb, ExecFlags& flags);
void add_exec_options(CLI::App& verb, ExecFlags& flags);
[[nodiscard]] LogOptions log_options_of(const LogFlags& flags);
[[nodiscard]] ExecOptions exec_options_of(const ExecFlags& flags);
/// Runs an `exec` on the server, on a terminal when that was asked for. Result: its status.
[[nodiscard]] int run_command_of(const CommandLine& line, Environment& environment, Host& host,
                                 const Command& command);

[[nodiscard]] int run_logs(const CommandLine& line, Environment& environment);
[[nodiscard]] int run_exec(const CommandLine& line, Environment& environment);

}  // namespace liteship
