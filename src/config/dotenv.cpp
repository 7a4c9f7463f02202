#include "config/dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace liteship::config {
namespace {

constexpr std::size_t longest_value = 128 * 1024;  // Linux takes no longer variable

bool is_key_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }

/// `\` before anything but a dollar goes.
std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] != '$') ++i;
    out += text[i];
  }
  return out;
}

class Scanner {
 public:
  Scanner(const SourceText& source, Problems& problems)
      : path_(source.path),
        text_(replace_all(replace_all(source.text, "\r\n", "\n"), "\r", "\n")),
        problems_(problems) {
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
    at_ = std::min(text_.find('\n', at_), text_.size());
    if (!at_end()) ++at_;
  }
  bool ends_line(std::size_t at) const;
  Location place(std::size_t begin, std::size_t length);
  void error(const std::string& message, const std::string& help = {});
  void skipped(const std::string& message, const std::string& help);
  bool take_export();
  std::string take_word();
  void scan_line();
  bool take_separator();
  std::optional<std::size_t> end_of_quotes() const;
  std::optional<std::size_t> end_of_plain();
  void take_value(Assignment& assignment);
  void read_value(Assignment& assignment, std::string_view raw);
  bool legacy_line_breaks() const;

  std::string path_;
  std::string text_;
  Problems& problems_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;        // of the place asked for last: places are asked for in order
  std::size_t line_begin_ = 0;  // where that line begins
  Location key_;
  std::vector<Assignment> found_;
};

Location Scanner::place(std::size_t begin, std::size_t length) {
  for (std::size_t end = 0; (end = text_.find('\n', line_begin_)) < begin; ++line_) {
    line_begin_ = end + 1;
  }
  return {path_, line_, begin - line_begin_ + 1, length,
          text_.substr(line_begin_, begin + length - line_begin_)};
}

void Scanner::error(const std::string& message, const std::string& help) {
  problems_.error(message, key_, help);
}

void Scanner::skipped(const std::string& message, const std::string& help) {
  if (problems_.suspects.size() >= most_problems) return;
  problems_.suspects.push_back({message, key_, "Kamal skips such a line", {}, help});
}

/// Whether there are only blanks and a comment from here to the line's end.
bool Scanner::ends_line(std::size_t at) const {
  while (at < text_.size() && is_blank(text_[at])) ++at;
  return at >= text_.size() || text_[at] == '\n' || text_[at] == '#';
}

bool Scanner::take_export() {
  if (text_.compare(at_, 6, "export") != 0 || !is_blank(peek(6))) return false;
  const std::size_t begin = at_;
  at_ += 6;
  skip_blanks();
  if (is_key_character(peek())) return true;
  at_ = begin;  // `export = 1`: a key of this name
  return false;
}

std::string Scanner::take_word() {
  const std::size_t begin = at_;
  while (is_key_character(peek())) ++at_;
  return text_.substr(begin, at_ - begin);
}

/// `=` with blanks before it, or `:` with a blank after it.
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

/// Stands at a quote: behind the one that closes it, with nothing else on that line. A quote behind
/// a backslash closes only when no other does.
std::optional<std::size_t> Scanner::end_of_quotes() const {
  const char quote = peek();
  std::vector<std::size_t> candidates;
  const std::size_t limit = std::min(text_.size(), at_ + longest_value);
  for (std::size_t at = at_ + 1; at < limit; ++at) {
    if (text_[at] != quote) continue;
    candidates.push_back(at + 1);
    if (text_[at - 1] != '\\' || at - 1 == at_) break;
  }
  const auto closes = std::find_if(candidates.rbegin(), candidates.rend(),
                                   [&](std::size_t end) { return ends_line(end); });
  if (closes != candidates.rend()) return *closes;
  if (quote == '\'') return std::nullopt;
  // `"… $(op "a b") …"`: quotes inside a command do not end the value.
  for (std::size_t at = at_ + 1; at < limit; ++at) {
    if (text_[at] == '\\') {
      ++at;
    } else if (text_.compare(at, 2, "$(") == 0) {
      const std::size_t end = end_of_command(text_, at);
      if (end == std::string::npos) return std::nullopt;
      at = end - 1;
    } else if (text_[at] == quote) {
      return ends_line(at + 1) ? std::optional(at + 1) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// To a `#` or the line's end; neither counts inside `$(…)`. Nothing when that never closes.
std::optional<std::size_t> Scanner::end_of_plain() {
  std::size_t at = at_;
  while (at < text_.size() && text_[at] != '\n' && text_[at] != '#') {
    const bool escaped = at > at_ && text_[at - 1] == '\\';
    if (text_.compare(at, 2, "$(") != 0 || escaped) {
      ++at;
      continue;
    }
    const std::size_t end = end_of_command(text_, at);
    if (end == std::string::npos) return std::nullopt;
    at = end;
  }
  return at;
}

/// Dotenv 2 made line ends of `\n` in double quotes, dotenv 3 does so on request.
bool Scanner::legacy_line_breaks() const {
  return std::any_of(found_.begin(), found_.end(), [](const Assignment& assignment) {
    return assignment.key == "DOTENV_LINEBREAK_MODE" && assignment.pieces.size() == 1 &&
           std::holds_alternative<Literal>(assignment.pieces[0]) &&
           std::get<Literal>(assignment.pieces[0]).text == "legacy";
  });
}

void Scanner::read_value(Assignment& assignment, std::string_view raw) {
  raw = trim(raw);
  const bool quoted =
      raw.size() >= 2 && (raw.front() == '"' || raw.front() == '\'') && raw.back() == raw.front();
  const char quote = quoted ? raw.front() : '\0';
  if (quoted) raw = raw.substr(1, raw.size() - 2);
  if (quote == '\'') {
    assignment.pieces = {Literal{std::string(raw)}};
    return;
  }
  std::string text(raw);
  if (quote == '"') {
    const bool legacy = legacy_line_breaks();
    text = replace_all(replace_all(text, "\\n", legacy ? "\n" : "\\\\n"), "\\r",
                       legacy ? "\r" : "\\\\r");
  }
  assignment.pieces = find_references(unescape(text));
  // An empty quoted value is a value: give it a piece.
  if (quoted && assignment.pieces.empty()) assignment.pieces.emplace_back(Literal{});
}

/// Stands behind the separator; leaves the line.
void Scanner::take_value(Assignment& assignment) {
  skip_blanks();
  const bool quote = peek() == '"' || peek() == '\'';
  std::optional<std::size_t> end = quote ? end_of_quotes() : std::nullopt;
  if (!end) {
    end = end_of_plain();
    if (!end) {
      error(fmt::format("`$(` in the value of `{}` is never closed", assignment.key),
            "add the missing `)`");
      at_ = text_.size();
      return;
    }
    const std::string_view raw = trim(std::string_view(text_).substr(at_, *end - at_));
    if (quote && (raw.size() < 2 || raw.back() != raw.front())) {
      const bool closed = text_.find(raw.front(), at_ + 1) != std::string::npos;
      if (closed) {
        error(fmt::format("text after the closing quote of `{}`", assignment.key),
              "put the whole value in quotes, or write `\\\"` for a quote inside it");
      } else {
        error(fmt::format("the quote in the value of `{}` is never closed", assignment.key));
      }
      return skip_line();
    }
  }
  read_value(assignment, std::string_view(text_).substr(at_, *end - at_));
  at_ = *end;
  skip_line();
}

void Scanner::scan_line() {
  skip_blanks();
  if (ends_line(at_)) return skip_line();
  const bool exported = take_export();
  const std::size_t begin = at_;
  const std::string key = take_word();
  key_ = place(begin, key.empty() ? 1 : key.size());
  if (key.empty()) {
    key_.excerpt.clear();
    skipped("this is not `NAME=value`", "write one secret per line; comments begin with `#`");
    return skip_line();
  }
  if (!take_separator()) {
    if (!exported || !ends_line(at_)) {
      skipped(fmt::format("`{}` has no value", key), fmt::format("write `{}=value`", key));
    }
    return skip_line();
  }
  key_.excerpt =
      fmt::format("{}=…", text_.substr(begin + 1 - key_.column, key_.column - 1 + key.size()));
  found_.push_back({key, key_, {}});
  take_value(found_.back());
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
