#include <stdexcept>

#include "liteship/shell.h"

namespace liteship {

Command& Command::arg(std::string word) {
  words.push_back(std::move(word));
  return *this;
}

Command& Command::args(const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return *this;
}

Command& Command::flag(std::string name, std::string value) {
  return arg(std::move(name)).arg(std::move(value));
}

std::string quote(std::string_view word) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+,-";
  if (word.find('\0') != std::string_view::npos) {
    throw std::invalid_argument("a word of a command contains a NUL byte");
  }
  if (!word.empty() && word.find_first_not_of(plain) == std::string_view::npos) {
    return std::string(word);
  }
  return "'" + replace_all(word, "'", R"('\'')") + "'";
}

std::string render(const Command& command) {
  std::string line;
  for (const auto& word : command.words) {
    if (!line.empty()) line += ' ';
    line += quote(word);
  }
  return line;
}

}  // namespace liteship
