#pragma once
// The tree of commands as plain values: help, manual and completions are rendered from it.

#include <string>
#include <vector>

#include "cli/command_line.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace liteship {

inline constexpr const char* global_options = "Options of every command";

struct OptionInfo {
  std::vector<std::string> names;  // "-d", "--destination"
  std::string value;               // "NAME"; empty for a flag
  std::string help;
};

struct ArgumentInfo {
  std::string name;  // "VERSION"
  std::string help;
  bool required = false;
  bool repeats = false;
};

struct CommandInfo {
  std::string path;  // "deploy app start"
  std::string name;
  std::string summary;
  std::string group;
  bool hidden = false;  // it works, and only its own help tells of it
  HelpText text;
  std::vector<ArgumentInfo> arguments;
  std::vector<OptionInfo> options;  // its own; those of every command are the root's `global`
  std::vector<OptionInfo> global;   // root only
  std::vector<CommandInfo> commands;
};

[[nodiscard]] CommandInfo describe_tree(const CLI::App& tree, const CommandLine& line);

/// The command at `path`; the root when there is none.
[[nodiscard]] const CommandInfo& find_path(const CommandInfo& root, const std::string& path);

/// "deploy rollback [OPTIONS] [VERSION]"
[[nodiscard]] std::string usage_of(const CommandInfo& command);

/// "-d, --destination NAME"
[[nodiscard]] std::string signature_of(const OptionInfo& option);

// ---- lookups in CLI11's own tree, for parsing

/// The option that `word` (`-x`, `--name`, `--name=value`) names here or further up; or null.
[[nodiscard]] const CLI::Option* find_option(const CLI::App& app, const std::string& word);
[[nodiscard]] const CLI::App* find_command(const CLI::App& app, const std::string& word);
[[nodiscard]] std::vector<std::string> option_names(const CLI::App& app);
[[nodiscard]] std::vector<std::string> command_names(const CLI::App& app);

}  // namespace liteship
