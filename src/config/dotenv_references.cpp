// `$NAME`, `${NAME}` and `$(command)` in a value, and what Dotenv.load makes of them.

#include <cctype>

#include "config/dotenv.h"

namespace liteship::config {
namespace {

bool is_name_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

template <typename Pieces>
void append(Pieces& pieces, std::string_view text) {
  if (text.empty()) return;
  if (pieces.empty() || !std::holds_alternative<Literal>(pieces.back())) {
    pieces.push_back(Literal{});
  }
  std::get<Literal>(pieces.back()).text += text;
}

/// Stands at a dollar: the reference, with `{` and `}` where they are; nothing without a name.
VariableReference take_reference(std::string_view rest) {
  std::size_t begin = 1;
  if (begin < rest.size() && rest[begin] == '{') ++begin;
  std::size_t end = begin;
  while (end < rest.size() && is_name_character(rest[end])) ++end;
  VariableReference reference{std::string(rest.substr(begin, end - begin)), {}, false};
  if (end < rest.size() && rest[end] == '}') ++end;
  reference.source = rest.substr(0, reference.name.empty() ? 1 : end);
  return reference;
}

bool is_number(const std::string& name) {
  return name.find_first_not_of("0123456789") == std::string::npos;
}

/// What messages call a command. Of our own, its verb says more: `kamal secrets fetch`.
std::string program_of(std::string_view source) {
  constexpr std::string_view ends = " \t\n|;&";
  std::size_t end = std::min(source.find_first_of(ends), source.size());
  for (const std::string_view own : {"kamal secrets ", "deploy secrets "}) {
    if (source.starts_with(own)) {
      end = std::min(source.find_first_of(ends, own.size()), source.size());
    }
  }
  return std::string(source.substr(0, end));
}

/// The inside of `$(…)`: a shell's own `$1`, and `$NF` in single quotes, are left to it.
Substitution read_command(std::string_view text) {
  Substitution command;
  const std::string_view source = trim(text);
  command.program = program_of(source);
  bool quoted = false;
  bool in_double = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '\\' && at + 1 < text.size() && text[at + 1] == '$') {
      append(command.pieces, "$");
      at += 2;
      continue;
    }
    if (c == '$' && text.substr(at, 2) != "$(") {
      VariableReference reference = take_reference(text.substr(at));
      at += reference.source.size();
      reference.quoted = quoted;
      if (is_number(reference.name)) {
        append(command.pieces, reference.source);
      } else {
        command.pieces.emplace_back(std::move(reference));
      }
      continue;
    }
    if (c == '\'' && !in_double) quoted = !quoted;
    if (c == '"' && !quoted) in_double = !in_double;
    append(command.pieces, text.substr(at++, 1));
  }
  return command;
}

/// As end_of_command(), but every parenthesis counts, as for dotenv.
std::size_t end_of_parentheses(std::string_view text, std::size_t at) {
  int depth = 0;
  for (at += 1; at < text.size(); ++at) {
    depth += text[at] == '(' ? 1 : text[at] == ')' ? -1 : 0;
    if (depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

}  // namespace

std::size_t end_of_command(std::string_view text, std::size_t at) {
  int depth = 0;
  char quote = '\0';
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '(') {
      ++depth;
    } else if (c == ')' && --depth == 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

std::vector<Piece> find_references(std::string_view text) {
  std::vector<Piece> pieces;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at, 2) == "\\$") {
      append(pieces, "$");
      at += 2;
      continue;
    }
    if (text[at] != '$') {
      const std::size_t next = std::min(text.find_first_of("\\$", at + 1), text.size());
      append(pieces, text.substr(at, next - at));
      at = next;
      continue;
    }
    if (text.substr(at, 2) == "$(") {
      std::size_t end = end_of_command(text, at);
      if (end == std::string_view::npos) end = end_of_parentheses(text, at);
      const bool runs = end != std::string_view::npos && end > at + 3;
      if (runs) {
        pieces.emplace_back(read_command(text.substr(at + 2, end - at - 3)));
        at = end;
      } else {
        append(pieces, text.substr(at, 2));
        at += 2;
      }
      continue;
    }
    VariableReference reference = take_reference(text.substr(at));
    at += reference.source.size();
    if (reference.name.empty()) {
      append(pieces, reference.source);
    } else {
      pieces.emplace_back(std::move(reference));
    }
  }
  return pieces;
}

std::map<std::string, std::string> evaluate_dotenv(
    const SourceText& source, const std::map<std::string, std::string>& environment, bool overwrite,
    const std::function<std::string(const std::string& command)>& run) {
  std::map<std::string, std::string> values;
  const auto look_up = [&](const std::string& name) -> std::string {
    const auto set = environment.find(name);
    const auto own = values.find(name);
    if (own != values.end() && (overwrite || set == environment.end())) return own->second;
    return set == environment.end() ? "" : set->second;
  };
  const auto text_of = [&](const auto& piece) {
    const auto* literal = std::get_if<Literal>(&piece);
    return literal != nullptr ? literal->text : look_up(std::get<VariableReference>(piece).name);
  };
  Problems ignored;
  for (const Assignment& assignment : parse_dotenv(source, ignored)) {
    std::string value;
    for (const Piece& piece : assignment.pieces) {
      const auto* command = std::get_if<Substitution>(&piece);
      if (command == nullptr) {
        value += text_of(piece);
        continue;
      }
      std::string text;
      for (const auto& part : command->pieces) text += text_of(part);
      std::string printed = run(text);
      if (printed.ends_with('\n')) printed.pop_back();
      value += printed;
    }
    values[assignment.key] = value;
  }
  return values;
}

}  // namespace liteship::config
