#pragma once
// Vaults of secrets, asked through their own programs: what `secrets fetch` and `secrets extract`
// do, on the command line and inside a secrets file. No I/O: the caller runs the programs.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "liteship/config.h"
#include "liteship/diagnostic.h"
#include "liteship/shell.h"
#include "liteship/support.h"

namespace liteship {

/// What `secrets fetch` is asked for.
struct FetchRequest {
  std::string adapter;             // "1password"; adapter_names() lists them
  std::vector<std::string> names;  // as the vault spells them; docs/secrets.md has a table
  std::string account;             // "" where the vault needs none
  std::string from;                // a vault, folder or project: goes before each name with a `/`
};

/// The ways to a vault's program.
struct VaultTools {
  using Variables = std::map<std::string, std::string>;
  using Run = std::function<CommandResult(const Command& command, const Variables& changes)>;
  /// Runs it without a terminal. Status 127: there is no such program.
  Run run;
  /// The same, but it may ask on the terminal, such as for a password. Not set: nobody is there.
  Run ask;
  Variables environment;
};

/// Names and values, in the order in which the vault gave them.
using Fetched = std::vector<std::pair<std::string, Secret>>;

/// Asks a vault. Logs in first where that is possible.
///
/// Result: what was fetched, or why nothing was: an unknown adapter, no account, a program that is
///         not installed, not logged in or fails, a name that the vault does not have or that is
///         empty there. No value appears in it.
[[nodiscard]] std::variant<Fetched, Diagnostic> fetch_secrets(const FetchRequest& request,
                                                              const VaultTools& tools);

/// Names for `--adapter`, as they are shown.
[[nodiscard]] std::vector<std::string> adapter_names();

/// `{"NAME":"value",…}` on one line: what `secrets extract` reads.
[[nodiscard]] std::string fetched_json(const Fetched& fetched);

/// `text` with a backslash before every character that a shell could act on, as Kamal prints it, so
/// that `$(kamal secrets extract NAME $FETCHED)` is given it as one word.
[[nodiscard]] std::string escape_word(std::string_view text);

/// The value of `name`, else of the first name that ends with `/name`.
///
/// json:   fetched_json(), or the same after escape_word().
/// Result: the value, or why there is none. No value appears in it.
[[nodiscard]] std::variant<Secret, Diagnostic> extract_secret(const std::string& name,
                                                              const std::string& json);

/// The words of a command of a secrets file that is ours: `kamal secrets …` or `deploy secrets …`,
/// without the program. A `$(…)` in it is given to `run` and replaced by what that printed.
///
/// Result: nothing when the command is another program's or needs a shell (pipes, variables);
///         what an inner command came to that failed.
using OwnCommand = std::variant<std::monostate, std::vector<std::string>, SecretOutcome>;
[[nodiscard]] OwnCommand own_command(std::string_view command, const RunSecretCommand& run);

}  // namespace liteship
