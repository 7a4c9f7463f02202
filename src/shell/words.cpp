#include "liteship/shell.h"

namespace liteship {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view operators = "|&;<>()$`";
constexpr std::string_view escapable = "$`\"\\\n";  // inside of double quotes (POSIX, 2.2.3)

bool is_one_of(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }

class Splitter {
 public:
  explicit Splitter(std::string_view line) : line_(line) {}

  std::optional<ShellWords> split() {
    while (at_ < line_.size()) {
      if (!take()) return std::nullopt;
    }
    end_word();
    return std::move(result_);
  }

 private:
  std::string& word() {
    if (!word_) word_.emplace();
    return *word_;
  }
  void end_word() {
    if (word_) result_.words.push_back(std::move(*word_));
    word_.reset();
  }
  /// The character behind a backslash; one at a line's end joins two lines.
  void take_escaped() {
    if (line_[at_] != '\n') word() += line_[at_];
    ++at_;
  }
  /// One character, or what its quotes hold; false when a quote stays open.
  bool take() {
    const char c = line_[at_++];
    if (c == '\'') return take_literal();
    if (c == '"') return take_quoted();
    if (is_one_of(blanks, c)) {
      end_word();
      return true;
    }
    if (c == '\\') {
      if (at_ == line_.size()) return false;
      take_escaped();
      return true;
    }
    result_.needs_shell = result_.needs_shell || is_one_of(operators, c);
    word() += c;
    return true;
  }
  bool take_literal() {
    const std::size_t end = line_.find('\'', at_);
    if (end == std::string_view::npos) return false;
    word() += line_.substr(at_, end - at_);
    at_ = end + 1;
    return true;
  }
  bool take_quoted() {
    word();  // "" is a word
    while (at_ < line_.size()) {
      const char c = line_[at_++];
      if (c == '"') return true;
      if (c == '\\' && at_ < line_.size() && is_one_of(escapable, line_[at_])) {
        take_escaped();
        continue;
      }
      result_.needs_shell = result_.needs_shell || c == '$' || c == '`';
      word() += c;
    }
    return false;
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::optional<std::string> word_;
  ShellWords result_;
};

}  // namespace

std::optional<ShellWords> split_words(std::string_view line) { return Splitter(line).split(); }

}  // namespace liteship
