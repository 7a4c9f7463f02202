#pragma once
// Ruby, the small part of it that stands in `<% … %>`: tokens and the tree made of them.
//
//   program    = { statement ( newline | ";" ) }
//   statement  = expression [ ( "if" | "unless" | "rescue" ) expression ] | "if" … "end"
//              | "unless" … "end" | "case" … "end" | "begin" … "rescue" … "end"
//              | name "=" expression | ENV[…] ( "=" | "||=" ) expression
//   expression = literals, "…#{…}…", `…`, %x(…), %w(…), [ … ], { … }, calls with blocks and
//   `&:name`,
//                && || ! and or not, == != < > <= >= + - * / % <<, a ? b : c, ( … )
//
// Nesting and length are bounded, so that no text can exhaust the stack.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liteship::erb::ruby {

/// Characters of the program, which the template made (erb/expand.h).
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// How deep brackets, strings in strings and chains of calls may nest.
constexpr std::size_t max_depth = 100;

enum class TokenKind {
  end,
  newline,    // or `;`
  name,       // a variable or a method; may end in ? or !
  constant,   // ENV, File
  keyword,    // if, end
  label,      // `name:` in a Hash
  integer,    //
  text,       // '…' "…" %q(…)
  command,    // `…` %x(…)
  words,      // %w(…)
  symbol,     // :name
  sign,       // operators and brackets
  put_text,   // a piece of the template's own text
  put_value,  // `<%=`
  unknown,    // something that only Ruby itself can read
};

struct Token;

/// A string is pieces: text as it is, or the tokens of a `#{…}`.
struct StringPiece {
  std::string text;
  std::vector<Token> code;  // ends with TokenKind::end; empty: text
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::string text;  // the name, the sign, the digits; what is wrong with an unknown one
  std::vector<StringPiece> pieces;
  Span span;
  bool space_before = false;
};

/// The marks that the template leaves in the program: no character of a real one.
constexpr char text_mark = '\x01';  // followed by a number and text_end
constexpr char text_end = '\x02';
constexpr char value_mark = '\x03';

/// Always ends with a token `end`. What cannot be read is a token `unknown`.
[[nodiscard]] std::vector<Token> lex(std::string_view program);

enum class Kind {
  nil,
  flag,       // number: 0 or 1
  integer,    // number
  text,       // kids: pieces, each `piece` or an expression
  piece,      // text
  symbol,     // text
  command,    // kids as of text
  list,       // kids
  table,      // kids: key, value, key, value …
  constant,   // text
  variable,   // text
  assign,     // text = kids[0]
  call,       // kids[0].text(kids[1] …); kids[0] is nil without a receiver (see has_receiver)
  both,       // kids[0] && kids[1]
  either,     // kids[0] || kids[1]
  negate,     // !kids[0]
  choice,     // kids: condition, then, else
  rescue,     // kids[0]; what it raises makes it kids[1]
  sequence,   // kids, the last one's value
  put_text,   // number: which piece of the template
  put_value,  // kids[0]
  unknown,    // text: why it cannot be evaluated here
};

struct Block {
  std::vector<std::string> parameters;
};

struct Expression {
  Kind kind = Kind::nil;
  std::string text;
  std::int64_t number = 0;
  std::vector<Expression> kids;
  Span span;
  std::size_t depth = 1;
  bool has_receiver = false;   // of a call
  bool safe = false;           // of a call: `&.`
  std::optional<Block> block;  // of a call: its body is the last kid
};

/// The tree of a program. A statement that cannot be read becomes Kind::unknown, and reading goes
/// on behind it.
[[nodiscard]] Expression parse(const std::vector<Token>& tokens);

}  // namespace liteship::erb::ruby
