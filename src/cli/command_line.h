#pragma once
// The command line as data: what was typed, and which verb was chosen. Parsing does nothing else.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/environment.h"
#include "liteship/release.h"
#include "liteship/secrets.h"

namespace CLI {
class App;
}

namespace liteship {

/// What help, manual and completions say beyond the one-line description.
struct HelpText {
  std::string about;                  // a paragraph; may be empty
  std::vector<std::string> examples;  // "deploy rollback      # back to the release before"
  std::vector<std::string> words;     // fixed values of the first argument
};

struct ReleaseFlags {
  std::string version;
  std::string build = "auto";
  std::string output;  // build push, build dev
  bool skip_push = false;
  bool no_cache = false;
  bool skip_hooks = false;
  bool dirty = false;
  bool start_empty = false;
  bool lock_wait = false;
  int lock_wait_timeout = 900;  // seconds; Kamal's default
  int lock_wait_interval = 15;  // seconds; Kamal's default
};

struct LogFlags {
  std::string since;
  std::string grep_options;
  std::optional<int> lines;
  std::string grep;
  std::string container;  // Kamal's --container-id
  std::string role;
  bool follow = false;
  bool failed = false;
  bool skip_timestamps = false;  // Kamal's word for what always is so here
};

struct ExecFlags {
  std::vector<std::string> words;
  std::vector<std::string> env;  // NAME=VALUE or NAME:VALUE
  std::string version;
  std::string role;
  bool interactive = false;
  bool reuse = false;
  bool detach = false;
  bool raw = false;  // Kamal's word for what always is so here
};

/// Of commands about the parts beside a release.
struct PartFlags {
  std::string name;           // an accessory's, or `all`
  std::string message;        // on the maintenance page
  std::string version;        // app remove_container
  std::optional<int> drain;   // seconds
  int longest_pause = 30;     // seconds; kamal-proxy's default
  std::optional<int> retain;  // containers
  bool force = false;
  bool stop = false;
  bool rolling = false;
  bool skip_local = false;
  bool skip_remote = false;
};

/// Of `proxy boot_config set`.
struct BootConfigFlags {
  std::string what;  // set, get or reset
  bool publish = true;
  std::vector<std::string> ips;
  std::uint16_t http_port = 80;
  std::uint16_t https_port = 443;
  std::string log_max_size = "10m";
  std::string registry;
  std::string repository;
  std::string version;
  std::optional<std::uint16_t> metrics_port;
  bool debug = false;
  std::vector<std::string> docker_options;
};

struct SecretsFlags {
  FetchRequest fetch;
  std::string name;  // extract
  std::string json;  // extract; "" or "-": stdin
};

/// Everything that can be typed. Verbs bind their options to these members.
struct CommandLine {
  GlobalOptions global;
  ReleaseFlags release;
  LogFlags logs;
  ExecFlags exec;
  SecretsFlags secrets;
  PartFlags part;
  BootConfigFlags boot_config;
  std::string lock_message;
  std::string section;       // docs
  bool json_schema = false;  // docs
  std::string shell;         // completion
  int audit_lines = 50;      // Kamal's
  bool print_version = false;
  bool as_kamal = false;  // config

  /// The chosen verb; returns the exit code.
  std::function<int(Environment&)> run;
  std::string command;  // "deploy app start"
  std::map<const CLI::App*, HelpText> help;
};

/// The tree of commands, bound to `line`, which must outlive it.
[[nodiscard]] std::unique_ptr<CLI::App> build_tree(CommandLine& line);

/// Parses the words after the program's name into `line`.
///
/// Result: text to print instead of running a verb (help), or nothing.
/// Errors: Error{usage} with a suggestion for an unknown command or option.
[[nodiscard]] std::optional<std::string> parse_words(CLI::App& tree, CommandLine& line,
                                                     const std::vector<std::string>& words);

/// The same for words of a file, which are told with their place there: what is wrong with them, or
/// nothing.
[[nodiscard]] std::optional<Diagnostic> try_words(CLI::App& tree, CommandLine& line,
                                                  const std::vector<std::string>& words);

}  // namespace liteship
