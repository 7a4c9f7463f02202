#pragma once
// The grammar of secrets files: that of Ruby's dotenv 3, which Kamal reads them with. Values stay
// unevaluated here.
//
//   file     = { line }
//   line     = [ "export" ] key ( "=" | ":" blank ) [ value ] [ comment ] | comment
//   key      = letters, digits, `_` and `.`
//   value    = 'literal' | "text with references" | text with references, to a "#" or the line's
//   end reference= "$NAME" | "${NAME}" | "$(" shell command ")"; "\$" is a plain dollar
//
// Quoted values may span lines, and a "#" inside quotes or `$(…)` begins no comment. Outside of
// single quotes a backslash goes and what follows it stays, inside a command too: only `\$` means
// something, and `\n` in double quotes stays a backslash and an `n` (a real line end is one; with
// DOTENV_LINEBREAK_MODE=legacy, `\n` is one, too).
// Dotenv skips lines that it cannot read. So do we, but when something is wrong they are shown.

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "diagnostic/problems.h"
#include "liteship/config.h"

namespace liteship::config {

struct Literal {
  std::string text;
};
struct VariableReference {
  std::string name;
  std::string source;   // as it was written
  bool quoted = false;  // in single quotes of a command: the shell's own when we do not know it
};
struct Substitution;
using Piece = std::variant<Literal, VariableReference, Substitution>;

/// `$(…)`: its own pieces are literals and references, in the order of the text.
struct Substitution {
  std::vector<std::variant<Literal, VariableReference>> pieces;
  /// The program's name, for messages: the rest may hold secrets.
  std::string program;
};

struct Assignment {
  std::string key;
  Location where;  // of the key; the excerpt ends at the separator, so that no value is shown
  std::vector<Piece> pieces;
};

/// Every assignment in the file's order. Quotes and `$(` that never close are errors; other lines
/// that cannot be read become `problems.suspects`.
[[nodiscard]] std::vector<Assignment> parse_dotenv(const SourceText& source, Problems& problems);

/// The references in a value whose quotes and backslashes are already taken away.
[[nodiscard]] std::vector<Piece> find_references(std::string_view text);

/// Behind the `)` of the `$(` that stands at `at`; npos when it never closes. Parentheses in quotes
/// do not count, as in a shell.
[[nodiscard]] std::size_t end_of_command(std::string_view text, std::size_t at);

/// What `Dotenv.load` finds in a file: no errors, unset variables are empty.
///
/// overwrite: whether the file goes before `environment`.
/// run:       one command's output.
[[nodiscard]] std::map<std::string, std::string> evaluate_dotenv(
    const SourceText& source, const std::map<std::string, std::string>& environment, bool overwrite,
    const std::function<std::string(const std::string& command)>& run);

}  // namespace liteship::config
