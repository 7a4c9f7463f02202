#pragma once
// The grammar of secrets files. Values stay unevaluated here.
//
//   file     = { line }
//   line     = [ "export" ] key ( "=" | ":" blank ) [ value ] [ comment ] | "export" key | comment
//   key      = letters, digits, `_` and `.`
//   value    = 'literal' | "text with references" | text with references, to the line's end
//   comment  = "#" at the value's begin or after a blank, outside quotes and `$(…)`
//   reference= "$NAME" | "${NAME}" | "$(" shell command ")"; "\$" is a plain dollar
//
// Quoted values may span lines. Inside double quotes `\n` and `\r` are line ends; elsewhere a
// backslash only takes away the meaning of what follows it.

#include <string>
#include <variant>
#include <vector>

#include "config/problems.h"
#include "liteship/config.h"

namespace liteship::config {

struct Literal {
  std::string text;
};
struct VariableReference {
  std::string name;
  bool braces = false;
  bool quoted = false;  // in single quotes of a command: the shell's own when we do not know it
  [[nodiscard]] std::string source() const { return braces ? "${" + name + "}" : "$" + name; }
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

/// Every assignment in the file's order; syntax errors are reported and skipped.
[[nodiscard]] std::vector<Assignment> parse_dotenv(const SourceText& source, Problems& problems);

}  // namespace liteship::config
