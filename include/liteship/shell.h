#pragma once
// A command is a list of words, never a string: quoting bugs become impossible rather than rare.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/support.h"

namespace liteship {

/// A command as words; the first is the program or shell function.
struct Command {
  std::vector<std::string> words;

  Command() = default;
  explicit Command(std::string program) { words.push_back(std::move(program)); }
  Command(std::initializer_list<std::string> list) : words(list) {}

  /// Adds one word.
  Command& arg(std::string word);
  /// Adds every word of `more`.
  Command& args(const std::vector<std::string>& more);
  /// Adds `name` and `value` as two words.
  Command& flag(std::string name, std::string value);
  bool operator==(const Command&) const = default;
};

/// `word` as one word of a POSIX shell: unchanged when it is only [A-Za-z0-9_./:=@%+,-], else in
/// single quotes. Any bytes but NUL are valid.
[[nodiscard]] std::string quote(std::string_view word);

/// The command as one line of shell, every word quoted.
[[nodiscard]] std::string render(const Command& command);

/// A line of shell, split.
struct ShellWords {
  std::vector<std::string> words;
  /// An unprotected one of | & ; < > ( ) $ ` stands in it. The words have it as it was written.
  bool needs_shell = false;
};

/// Splits a simple command as a POSIX shell does: blanks part words, quotes and backslashes protect
/// (2.2 of the standard). Comments, `~` and patterns are words like others.
/// Result: nothing when a quote is open or a backslash is the last character.
[[nodiscard]] std::optional<ShellWords> split_words(std::string_view line);

}  // namespace liteship
