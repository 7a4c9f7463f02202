#include "liteship/secrets.h"

namespace liteship {
namespace secrets {
namespace {

constexpr std::string_view blanks = " \t\r\n";

/// `kamal secrets …`, `deploy secrets …`
bool is_own(std::string_view command) {
  command = trim(command);
  for (const std::string_view program : {"kamal", "deploy"}) {
    if (!command.starts_with(program)) continue;
    const std::string_view rest = command.substr(program.size());
    const std::string_view words = trim(rest);
    const std::string_view verb = "secrets";
    return words.size() < rest.size() && words.starts_with(verb) && words.size() > verb.size() &&
           blanks.find(words[verb.size()]) != blanks.npos;
  }
  return false;
}

/// Stands at `$(`: behind the `)` that closes it; npos when none does. Quotes hide parentheses.
std::size_t end_of_inner(std::string_view text, std::size_t at) {
  int depth = 0;
  char quote = '\0';
  for (at += 1; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'') {
      ++at;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return text.npos;
}

/// Runs the first `$(…)` and puts its output in its place, until there is none. What an output
/// holds is not looked at again.
std::variant<std::string, SecretOutcome> expand_inner(std::string_view text,
                                                      const RunSecretCommand& run) {
  std::string out;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\\' && quote != '\'') {
      out += text.substr(at, 2);
      at += 2;
      continue;
    }
    if (quote == '\'' ? c == quote : c == '\'' || c == '"') {
      quote = quote == '\0' ? c : quote == c ? '\0' : quote;
    }
    const std::size_t end =
        quote != '\'' && text.substr(at, 2) == "$(" ? end_of_inner(text, at) : text.npos;
    if (end == text.npos) {
      out += c;
      ++at;
      continue;
    }
    SecretOutcome outcome = run(std::string(text.substr(at + 2, end - at - 3)));
    auto* result = std::get_if<CommandResult>(&outcome);
    if (result == nullptr || result->status != 0) return outcome;
    if (result->output.ends_with('\n')) result->output.pop_back();
    out += result->output;
    at = end;
  }
  return out;
}

}  // namespace
}  // namespace secrets

OwnCommand own_command(std::string_view command, const RunSecretCommand& run) {
  if (!secrets::is_own(command)) return {};
  auto expanded = secrets::expand_inner(command, run);
  if (auto* failed = std::get_if<SecretOutcome>(&expanded)) return std::move(*failed);
  auto line = split_words(std::get<std::string>(expanded));
  if (!line || line->needs_shell) return {};
  line->words.erase(line->words.begin());
  return std::move(line->words);
}

std::string escape_word(std::string_view text) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.,:+/@";
  if (text.empty()) return "''";
  std::string out;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;  // of a UTF-8 sequence
    if (c == '\n') {
      out += "'\n'";
      continue;
    }
    if (!continues && plain.find(c) == plain.npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace liteship
