#include <algorithm>
#include <array>
#include <cctype>

#include "erb/syntax.h"

namespace liteship::erb::ruby {
namespace {

constexpr std::array keywords = {
    "if",    "unless",   "elsif",   "else",       "end",      "do",     "then",  "and",
    "or",    "not",      "true",    "false",      "nil",      "case",   "when",  "while",
    "until", "begin",    "for",     "in",         "def",      "class",  "self",  "return",
    "next",  "break",    "rescue",  "yield",      "loop",     "module", "super", "ensure",
    "alias", "undef",    "redo",    "retry",      "defined?", "BEGIN",  "END",   "lambda",
    "proc",  "__FILE__", "__dir__", "__method__", "catch",    "throw"};

// Longest first.
constexpr std::array signs = {
    "&&=", "||=", "<=>", "===", "...", "**=", "<<=", "**", "==", "!=", "=~", "!~",
    "=>",  "&&",  "||",  "&.",  "<<",  "<=",  ">=",  "+=", "-=", "*=", "::", "..",
    "->",  "+",   "-",   "*",   "/",   "%",   "!",   "=",  "?",  ":",  ".",  ",",
    "(",   ")",   "[",   "]",   "{",   "}",   "|",   "&",  "<",  ">"};

bool begins_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool continues_name(char c) { return begins_name(c) || is_digit(c); }

char closing(char open) {
  switch (open) {
    case '(':
      return ')';
    case '[':
      return ']';
    case '{':
      return '}';
    case '<':
      return '>';
    default:
      return open;
  }
}

class Lexer {
 public:
  explicit Lexer(std::string_view program) : program_(program) {}

  /// Up to the program's end, or to the `}` that closes a `#{`.
  std::vector<Token> take_tokens(bool inside_string, std::size_t depth);

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < program_.size() ? program_[at_ + ahead] : '\0';
  }
  bool at_end() const { return at_ >= program_.size(); }
  bool skip_space();
  Token take_token(const std::vector<Token>& before, std::size_t depth, bool space_before);
  Token take_mark();
  Token take_number();
  Token take_name(bool after_dot);
  Token take_sign();
  Token take_percent(std::size_t depth);
  Token take_symbol(std::size_t depth);
  Token unknown(std::string why);
  bool take_raw(Token& token, char open, char close);
  bool take_pieces(Token& token, char open, char close, std::size_t depth);
  bool take_escape(std::string& text);
  Token string_token(TokenKind kind, char open, char close, bool raw, std::size_t depth);
  bool leading_dot() const;

  std::string_view program_;
  std::size_t at_ = 0;
};

/// Whether an operand may begin after `before`: then `/` and `%` open something.
bool wants_operand(const std::vector<Token>& before) {
  if (before.empty()) return true;
  const Token& last = before.back();
  if (last.kind == TokenKind::keyword) {
    return last.text != "end" && last.text != "true" && last.text != "false" && last.text != "nil";
  }
  if (last.kind == TokenKind::sign) {
    return last.text != ")" && last.text != "]" && last.text != "}";
  }
  return last.kind == TokenKind::newline || last.kind == TokenKind::label ||
         last.kind == TokenKind::put_value;
}

/// Whether the line cannot end here: an operator still waits for its right side.
bool is_open(const Token& last) {
  static constexpr std::array closes = {")", "]", "}", "|"};
  if (last.kind == TokenKind::label) return true;
  if (last.kind == TokenKind::keyword) return last.text == "and" || last.text == "or";
  return last.kind == TokenKind::sign &&
         std::find(closes.begin(), closes.end(), last.text) == closes.end();
}

/// Spaces, comments and escaped line ends; whether there were any.
bool Lexer::skip_space() {
  const std::size_t begin = at_;
  while (!at_end()) {
    if (peek() == ' ' || peek() == '\t' || peek() == '\r' || peek() == '\f' || peek() == '\v') {
      ++at_;
    } else if (peek() == '\\' && (peek(1) == '\n' || (peek(1) == '\r' && peek(2) == '\n'))) {
      at_ += peek(1) == '\n' ? 2 : 3;
    } else if (peek() == '#') {
      while (!at_end() && peek() != '\n') ++at_;
    } else {
      break;
    }
  }
  return at_ != begin;
}

/// Whether the next line goes on with `.method`.
bool Lexer::leading_dot() const {
  const std::size_t next = program_.find_first_not_of(" \t\r\n", at_);
  if (next == std::string_view::npos) return false;
  const std::string_view rest = program_.substr(next);
  return (rest.starts_with(".") && !rest.starts_with("..")) || rest.starts_with("&.");
}

Token Lexer::unknown(std::string why) {
  Token token;
  token.kind = TokenKind::unknown;
  token.text = std::move(why);
  // Read on behind the line or the tag, so that one run tells of every problem.
  while (!at_end() && peek() != '\n' && peek() != text_mark && peek() != value_mark) ++at_;
  return token;
}

Token Lexer::take_mark() {
  Token token;
  if (peek() == value_mark) {
    token.kind = TokenKind::put_value;
    ++at_;
    return token;
  }
  token.kind = TokenKind::put_text;
  for (++at_; is_digit(peek()); ++at_) token.text += peek();
  ++at_;  // text_end
  return token;
}

Token Lexer::take_number() {
  Token token;
  token.kind = TokenKind::integer;
  while (is_digit(peek()) || (peek() == '_' && is_digit(peek(1)))) {
    if (peek() != '_') token.text += peek();
    ++at_;
  }
  const bool other = continues_name(peek()) || (peek() == '.' && is_digit(peek(1)));
  const bool octal = token.text.size() > 1 && token.text.front() == '0';
  if (other || octal || token.text.size() > 18) return unknown("a number that is not a plain one");
  return token;
}

Token Lexer::take_name(bool after_dot) {
  Token token;
  while (continues_name(peek())) token.text += program_[at_++];
  const bool constant = std::isupper(static_cast<unsigned char>(token.text[0])) != 0;
  if (peek() == ':' && peek(1) != ':' && !after_dot &&
      (std::isspace(static_cast<unsigned char>(peek(1))) != 0 || peek(1) == '"')) {
    ++at_;
    token.kind = TokenKind::label;
    return token;
  }
  const bool suffix =
      (peek() == '?' || peek() == '!') && (peek(1) != '=' || peek(2) == '=' || peek(2) == '~');
  if (suffix && !constant) token.text += program_[at_++];
  const bool keyword =
      std::find(keywords.begin(), keywords.end(), token.text) != keywords.end() && !after_dot;
  token.kind = keyword ? TokenKind::keyword : constant ? TokenKind::constant : TokenKind::name;
  return token;
}

Token Lexer::take_sign() {
  Token token;
  token.kind = TokenKind::sign;
  for (const std::string_view sign : signs) {
    if (!program_.substr(at_).starts_with(sign)) continue;
    token.text = sign;
    at_ += sign.size();
    return token;
  }
  return unknown("a character that is not understood");
}

/// Stands behind the opening character; takes the closing one. Brackets of the same kind nest.
bool Lexer::take_raw(Token& token, char open, char close) {
  StringPiece piece;
  for (int nested = 0; !at_end(); ++at_) {
    if (peek() == '\\' && (peek(1) == '\\' || peek(1) == close || peek(1) == open)) {
      ++at_;
    } else if (peek() == close && nested-- == 0) {
      ++at_;
      token.pieces.push_back(std::move(piece));
      return true;
    } else if (peek() == open) {
      ++nested;
    }
    piece.text += peek();
  }
  return false;
}

/// Stands at a backslash; false for the rare escapes.
bool Lexer::take_escape(std::string& text) {
  constexpr std::string_view letters = "ntrseabfv";
  constexpr std::string_view meanings = "\n\t\r \x1b\a\b\f\v";
  const char c = peek(1);
  at_ += 2;
  if (c == '\n') return true;  // the line goes on
  if (const std::size_t i = letters.find(c); i != std::string_view::npos) {
    text += meanings[i];
    return true;
  }
  const bool rare = is_digit(c) || std::string_view("xuMCc\r").find(c) != std::string_view::npos;
  text += c;
  return !rare;
}

bool Lexer::take_pieces(Token& token, char open, char close, std::size_t depth) {
  StringPiece piece;
  const auto flush = [&] {
    if (!piece.text.empty()) token.pieces.push_back(std::move(piece));
    piece = {};
  };
  for (int nested = 0; !at_end();) {
    const char c = peek();
    if (c == '\\') {
      if (!take_escape(piece.text)) return false;
    } else if (c == '#' && peek(1) == '{') {
      flush();
      at_ += 2;
      if (depth >= max_depth) return false;
      piece.code = take_tokens(true, depth + 1);
      if (at_end()) return false;
      ++at_;
      token.pieces.push_back(std::move(piece));
      piece = {};
    } else if (c == '#' && (peek(1) == '@' || peek(1) == '$')) {
      return false;
    } else if (c == close && (open == close || nested == 0)) {
      ++at_;
      flush();
      return true;
    } else {
      if (open != close) nested += c == open ? 1 : c == close ? -1 : 0;
      piece.text += c;
      ++at_;
    }
  }
  return false;
}

Token Lexer::string_token(TokenKind kind, char open, char close, bool raw, std::size_t depth) {
  Token token;
  token.kind = kind;
  const bool whole = raw ? take_raw(token, open, close) : take_pieces(token, open, close, depth);
  if (!whole) return unknown("a string that is not understood");
  return token;
}

/// `%w[…]`, `%x(…)`, `%q(…)`, `%(…)`: stands at the percent sign.
Token Lexer::take_percent(std::size_t depth) {
  const char letter = std::isalpha(static_cast<unsigned char>(peek(1))) != 0 ? peek(1) : 'Q';
  at_ += peek(1) == letter ? 2 : 1;
  const char open = peek();
  if (std::ispunct(static_cast<unsigned char>(open)) == 0) return unknown("a `%` literal");
  ++at_;
  const char close = closing(open);
  if (letter == 'w') return string_token(TokenKind::words, open, close, true, depth);
  if (letter == 'q') return string_token(TokenKind::text, open, close, true, depth);
  if (letter == 'Q') return string_token(TokenKind::text, open, close, false, depth);
  if (letter == 'x') return string_token(TokenKind::command, open, close, false, depth);
  return unknown("a `%` literal");
}

Token Lexer::take_symbol(std::size_t depth) {
  ++at_;
  if (peek() == '"') {
    ++at_;
    return string_token(TokenKind::text, '"', '"', false, depth).kind == TokenKind::unknown
               ? unknown("a symbol")
               : unknown("a symbol in quotes");
  }
  Token token;
  token.kind = TokenKind::symbol;
  while (continues_name(peek())) token.text += program_[at_++];
  if (peek() == '?' || peek() == '!') token.text += program_[at_++];
  return token;
}

Token Lexer::take_token(const std::vector<Token>& before, std::size_t depth, bool space_before) {
  const char c = peek();
  const bool operand = wants_operand(before);
  // `foo %w(a b)` and `foo /x/`: an argument rather than an operator.
  const bool argument = !operand && before.back().kind == TokenKind::name && space_before &&
                        std::isspace(static_cast<unsigned char>(peek(1))) == 0;
  const bool after_dot = !before.empty() && before.back().kind == TokenKind::sign &&
                         (before.back().text == "." || before.back().text == "&.");
  if (c == text_mark || c == value_mark) return take_mark();
  if (is_digit(c)) return take_number();
  if (begins_name(c)) return take_name(after_dot);
  if (c == '"' || c == '\'' || c == '`') {
    ++at_;
    return string_token(c == '`' ? TokenKind::command : TokenKind::text, c, c, c == '\'', depth);
  }
  if (c == '%' && (operand || (argument && peek(1) != '='))) return take_percent(depth);
  if (c == '/' && (operand || argument)) return unknown("a regular expression");
  if (c == '?' && operand) return unknown("a character literal");
  if (program_.substr(at_).starts_with("<<") && operand) return unknown("a heredoc");
  if (program_.substr(at_).starts_with("<<~")) return unknown("a heredoc");
  if (c == ':' && (begins_name(peek(1)) || peek(1) == '"')) return take_symbol(depth);
  return take_sign();
}

std::vector<Token> Lexer::take_tokens(bool inside_string, std::size_t depth) {
  std::vector<Token> tokens;
  int braces = 0;
  while (true) {
    const bool space = skip_space();
    if (at_end()) break;
    const std::size_t begin = at_;
    if (peek() == '\n' || peek() == ';') {
      const bool line = program_[at_++] == '\n';
      const bool goes_on = line && (tokens.empty() || is_open(tokens.back()) || leading_dot());
      if (!goes_on) tokens.push_back({TokenKind::newline, "", {}, {begin, at_}, space});
      continue;
    }
    if (inside_string && peek() == '}' && braces == 0) break;
    Token token = take_token(tokens, depth, space);
    if (token.kind == TokenKind::sign && token.text == "{") ++braces;
    if (token.kind == TokenKind::sign && token.text == "}") --braces;
    token.span = {begin, at_};
    token.space_before = space;
    const bool skipped = token.kind == TokenKind::unknown;
    tokens.push_back(std::move(token));
    if (skipped) tokens.push_back({TokenKind::newline, "", {}, {at_, at_}, true});
  }
  tokens.push_back({TokenKind::end, "", {}, {at_, at_}, true});
  return tokens;
}

}  // namespace

std::vector<Token> lex(std::string_view program) { return Lexer(program).take_tokens(false, 0); }

}  // namespace liteship::erb::ruby
