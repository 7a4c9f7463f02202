#pragma once
// What a verb gets: the options of every command and the ways to the outside.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "liteship/config.h"
#include "liteship/remote.h"
#include "liteship/ssh.h"
#include "liteship/ui.h"

namespace liteship {

/// Options that every command takes.
struct GlobalOptions {
  std::string destination;
  std::string config_file;
  std::string hosts;  // Kamal's filters: names with `*`, commas between them
  std::string roles;
  bool primary = false;
  bool json = false;
  int verbose = 0;  // how often -v was given
  bool quiet = false;
  bool dry_run = false;
  bool yes = false;
  bool no_input = false;
};

/// Where the words of the person go and come from. Tests put their own here.
struct Seams {
  /// Opens the connection to the server.
  std::function<std::unique_ptr<Host>(const SshRequest&, SshPrompts&, const OutputSink& log,
                                      Interrupts&)>
      connect;
  std::map<std::string, std::string> variables;  // the environment
  std::filesystem::path directory;               // the project: deploy.yml is looked up in it
  std::function<std::int64_t()> now;             // seconds since 1970
  ByteSink& out;
  ByteSink& err;
  /// Reads a line from the terminal after a question; nothing when there is no terminal.
  std::function<std::optional<std::string>(const std::string& question)> ask;
  /// The same without echo.
  std::function<std::optional<Secret>(const std::string& question)> ask_secret;
  /// All of stdin; nothing when it is a terminal.
  std::function<std::optional<std::string>()> input = {};
  bool has_terminal = false;  // programs that we run may ask there
};

/// A verb's view of one run. References outlive it.
struct Environment {
  const GlobalOptions& options;
  const Seams& seams;
  Reporter& reporter;
  Interrupts& interrupts;
  std::string command;      // as typed, without options: "deploy app start"
  bool skip_hooks = false;  // --skip-hooks

  /// The variable's value; "" when it is not set.
  [[nodiscard]] std::string variable(const std::string& name) const;
};

/// ~/.cache/liteship, or where XDG_CACHE_HOME says.
[[nodiscard]] std::filesystem::path cache_directory(const Environment& environment);

/// Asks a yes-or-no question unless -y was given.
/// Errors: Error{usage} when the answer is no or nobody is there to ask.
void confirm(const Environment& environment, const std::string& question);

}  // namespace liteship
