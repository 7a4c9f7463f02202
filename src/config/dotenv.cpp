#include "config/dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace liteship::config {
namespace {

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

class Scanner {
 public:
  Scanner(const SourceText& source, Problems& problems)
      : path_(source.path), text_(replace_all(source.text, "\r\n", "\n")), problems_(problems) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
  }

  std::vector<Assignment> scan();

 private:
  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  void skip_line() {
    while (!at_end() && peek() != '\n') ++at_;
    if (!at_end()) ++at_;
  }
  bool at_line_end();
  Location place(std::size_t begin, std::size_t length) const;
  void error(const std::string& message, const std::string& help = {});
  bool take_export();
  std::string take_word();
  void scan_line();
  bool take_separator();
  void take_value(Assignment& assignment);
  bool take_single(std::vector<Piece>& pieces);
  bool take_double(std::vector<Piece>& pieces);
  bool take_plain(std::vector<Piece>& pieces);
  bool take_reference(std::vector<Piece>& pieces);
  std::optional<Substitution> take_command();
  std::optional<VariableReference> take_variable();
  void skip_rest(const Assignment& assignment);

  std::string path_;
  std::string text_;
  Problems& problems_;
  std::size_t at_ = 0;
  Location key_;
  std::vector<Assignment> found_;
};

template <typename Pieces>
void add_text(Pieces& pieces, char c) {
  if (pieces.empty() || !std::holds_alternative<Literal>(pieces.back())) {
    pieces.push_back(Literal{});
  }
  std::get<Literal>(pieces.back()).text += c;
}

Location Scanner::place(std::size_t begin, std::size_t length) const {
  const std::string_view before = std::string_view(text_).substr(0, begin);
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 == 0
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  return {path_, line, begin - line_begin + 1, length,
          text_.substr(line_begin, begin + length - line_begin)};
}

void Scanner::error(const std::string& message, const std::string& help) {
  problems_.error(message, key_, help);
}

/// Skips blanks and a comment; whether the line ends there.
bool Scanner::at_line_end() {
  skip_blanks();
  if (peek() == '#') {
    while (!at_end() && peek() != '\n') ++at_;
  }
  return at_end() || peek() == '\n';
}

bool Scanner::take_export() {
  if (text_.compare(at_, 6, "export") != 0 || !is_blank(peek(6))) return false;
  at_ += 6;
  skip_blanks();
  return true;
}

std::string Scanner::take_word() {
  const std::size_t begin = at_;
  while (is_key_character(peek())) ++at_;
  return text_.substr(begin, at_ - begin);
}

/// `=` with blanks around it, or `:` with a blank after it.
bool Scanner::take_separator() {
  const std::size_t begin = at_;
  skip_blanks();
  if (peek() == '=') {
    ++at_;
    return true;
  }
  at_ = begin;
  if (peek() != ':' || !(is_blank(peek(1)) || peek(1) == '\n' || peek(1) == '\0')) return false;
  ++at_;
  return true;
}

std::optional<VariableReference> Scanner::take_variable() {
  const bool braces = peek(1) == '{';
  const std::size_t begin = at_ + (braces ? 2 : 1);
  std::size_t end = begin;
  while (end < text_.size() && is_key_character(text_[end]) && text_[end] != '.') ++end;
  const bool digit =
      begin < text_.size() && std::isdigit(static_cast<unsigned char>(text_[begin])) != 0;
  if (end == begin || digit) return std::nullopt;
  if (braces && (end >= text_.size() || text_[end] != '}')) return std::nullopt;
  VariableReference reference{text_.substr(begin, end - begin), braces, false};
  at_ = end + (braces ? 1 : 0);
  return reference;
}

/// Stands at `$(`. Parentheses nest; those in quotes do not count, as in a shell.
std::optional<Substitution> Scanner::take_command() {
  Substitution command;
  at_ += 2;
  const std::size_t begin = at_;
  int depth = 1;
  char quote = '\0';
  while (!at_end()) {
    const char c = peek();
    if (c == '\\' && at_ + 1 < text_.size()) {
      if (peek(1) != '$') add_text(command.pieces, c);  // `\$`: the shell gets the dollar
      add_text(command.pieces, peek(1));
      at_ += 2;
      continue;
    }
    if (c == '$' && peek(1) != '(') {
      if (auto reference = take_variable()) {
        reference->quoted = quote == '\'';
        command.pieces.emplace_back(std::move(*reference));
        continue;
      }
    }
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      const std::string_view source = trim(std::string_view(text_).substr(begin, at_ - begin));
      command.program = source.substr(0, source.find_first_of(" \t\n|;&"));
      ++at_;
      return command;
    }
    add_text(command.pieces, c);
    ++at_;
  }
  error(fmt::format("`$(` in the value of `{}` is never closed", found_.back().key),
        "add the missing `)`");
  return std::nullopt;
}

/// Stands at `$`; false when the text cannot be read on.
bool Scanner::take_reference(std::vector<Piece>& pieces) {
  if (peek(1) == '(') {
    auto command = take_command();
    if (!command) return false;
    pieces.emplace_back(std::move(*command));
    return true;
  }
  if (auto reference = take_variable()) {
    pieces.emplace_back(std::move(*reference));
    return true;
  }
  add_text(pieces, '$');
  ++at_;
  return true;
}

bool Scanner::take_single(std::vector<Piece>& pieces) {
  for (++at_; !at_end(); ++at_) {
    if (peek() == '\'') {
      ++at_;
      return true;
    }
    if (peek() == '\\' && peek(1) == '\'') add_text(pieces, text_[at_++]);
    add_text(pieces, peek());
  }
  return false;
}

bool Scanner::take_double(std::vector<Piece>& pieces) {
  ++at_;
  while (!at_end()) {
    const char c = peek();
    if (c == '"') {
      ++at_;
      return true;
    }
    if (c == '$') {
      if (!take_reference(pieces)) return true;  // already reported
      continue;
    }
    if (c == '\\' && at_ + 1 < text_.size()) {
      const char next = peek(1);
      add_text(pieces, next == 'n' ? '\n' : next == 'r' ? '\r' : next);
      at_ += 2;
      continue;
    }
    add_text(pieces, c);
    ++at_;
  }
  return false;
}

bool Scanner::take_plain(std::vector<Piece>& pieces) {
  std::string blanks;
  while (!at_end() && peek() != '\n') {
    const char c = peek();
    if (is_blank(c)) {
      blanks += c;
      ++at_;
      continue;
    }
    if (c == '#' && !blanks.empty()) break;
    for (const char blank : blanks) add_text(pieces, blank);
    blanks.clear();
    if (c == '$') {
      if (!take_reference(pieces)) return false;
    } else {
      if (c == '\\' && at_ + 1 < text_.size() && peek(1) != '\n') ++at_;
      add_text(pieces, peek());
      ++at_;
    }
  }
  return true;
}

void Scanner::take_value(Assignment& assignment) {
  skip_blanks();
  if (at_line_end()) return;
  if (peek() != '\'' && peek() != '"') {
    take_plain(assignment.pieces);
    return;
  }
  const bool closed =
      peek() == '"' ? take_double(assignment.pieces) : take_single(assignment.pieces);
  if (!closed) {
    error(fmt::format("the quote in the value of `{}` is never closed", assignment.key));
    return;
  }
  // An empty quoted value is a value: give it a piece.
  if (assignment.pieces.empty()) assignment.pieces.push_back(Literal{});
}

void Scanner::skip_rest(const Assignment& assignment) {
  if (!at_line_end()) {
    error(fmt::format("text after the closing quote of `{}`", assignment.key),
          "put the whole value in quotes, or write `\\\"` for a quote inside it");
  }
  skip_line();
}

void Scanner::scan_line() {
  if (at_line_end()) return skip_line();
  const bool exported = take_export();
  const std::size_t begin = at_;
  const std::string key = take_word();
  key_ = place(begin, key.empty() ? 1 : key.size());
  if (key.empty()) {
    key_.excerpt.clear();
    error("this is not `NAME=value`", "write one secret per line; comments begin with `#`");
    return skip_line();
  }
  if (!take_separator()) {
    if (exported && at_line_end()) return skip_line();
    error(fmt::format("`{}` has no value", key), fmt::format("write `{}=value`", key));
    return skip_line();
  }
  key_.excerpt =
      fmt::format("{}=…", text_.substr(begin + 1 - key_.column, key_.column - 1 + key.size()));
  found_.push_back({key, key_, {}});
  take_value(found_.back());
  skip_rest(found_.back());
}

std::vector<Assignment> Scanner::scan() {
  while (!at_end()) scan_line();
  return std::move(found_);
}

}  // namespace

std::vector<Assignment> parse_dotenv(const SourceText& source, Problems& problems) {
  return Scanner(source, problems).scan();
}

}  // namespace liteship::config
