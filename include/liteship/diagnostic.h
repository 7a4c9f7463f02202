#pragma once
// What went wrong, told once: what, where, why, how to fix.

#include <cstddef>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "liteship/support.h"

namespace liteship {

/// Picks the exit code (docs/commands.md): 1, 2, 3, 3, 4, 5, 75, 130.
enum class ErrorKind {
  internal,        // a bug of ours
  usage,           // command line or configuration
  connection,      // cannot connect or authenticate
  host_key,        // the server's identity is not trusted
  release_failed,  // the old version still serves
  needs_you,       // left in a state that only a person can resolve
  lock_busy,       // somebody else is at work
  interrupted,     // Ctrl-C
};

/// A place in a text file. line and column count from 1; 0 means unknown.
struct Location {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;  // characters to underline
  std::string excerpt;     // the whole source line, without its end
  bool operator==(const Location&) const = default;
};

/// One problem. Texts are lowercase, without a full stop, names in backticks.
struct Diagnostic {
  std::string message;
  std::optional<Location> where;
  std::string reason;              // `why:` may be empty
  std::vector<std::string> notes;  // `note:`
  std::string help;                // `help:` what to type or change; may be empty
  bool operator==(const Diagnostic&) const = default;
};

/// The one exception type: cannot do what was asked.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, Diagnostic diagnostic);
  Error(ErrorKind kind, std::vector<Diagnostic> diagnostics);
  [[nodiscard]] ErrorKind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const noexcept { return diagnostics_; }
  /// The first diagnostic's message.
  [[nodiscard]] const char* what() const noexcept override;

 private:
  ErrorKind kind_;
  std::vector<Diagnostic> diagnostics_;
};

enum class Color { off, on };

/// The process's exit code for an error of this kind.
[[nodiscard]] int exit_code(ErrorKind kind);

/// The kind's name in --json output, e.g. "lock_busy".
[[nodiscard]] std::string kind_name(ErrorKind kind);

/// "error: …", " --> file:line:column" with the excerpt and carets, why, notes, help. Ends in '\n'.
[[nodiscard]] std::string render(const Diagnostic& diagnostic, Color color);

}  // namespace liteship
