#include <fmt/format.h>

#include <algorithm>

#include "liteship/diagnostic.h"

// error: unknown key `helthcheck`
//   --> config/deploy.yml:14:3
//    |
// 14 |   helthcheck:
//    |   ^^^^^^^^^^
//   help: did you mean `healthcheck`?

namespace liteship {
namespace {

constexpr std::string_view red = "1;31";
constexpr std::string_view blue = "1;34";
constexpr std::string_view green = "1;32";
constexpr std::string_view bold = "1";

std::string paint(std::string_view text, std::string_view style, Color color) {
  if (color == Color::off) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", style, text);
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

/// Blanks as wide as the first `characters` of `line`: tabs stay tabs, so carets line up.
std::string indent_like(std::string_view line, std::size_t characters) {
  std::string blanks;
  for (const char byte : line) {
    if (!begins_character(byte)) continue;
    if (characters-- == 0) break;
    blanks += byte == '\t' ? '\t' : ' ';
  }
  return blanks;
}

std::string position(const Location& where) {
  auto text = printable(where.file);
  if (where.line > 0) text += fmt::format(":{}", where.line);
  if (where.line > 0 && where.column > 0) text += fmt::format(":{}", where.column);
  return text;
}

std::string carets(const Location& where) {
  const auto width = count_characters(where.excerpt);
  const auto before = where.column - 1;
  const auto room = width > before ? width - before : 1;
  return std::string(std::clamp<std::size_t>(where.length, 1, room), '^');
}

std::string render_location(const Location& where, Color color) {
  auto text = fmt::format("  {} {}\n", paint("-->", blue, color), position(where));
  if (where.excerpt.empty() || where.line == 0) return text;
  const auto number = fmt::format("{:>2}", where.line);
  const std::string margin(number.size(), ' ');
  const auto bar = paint("|", blue, color);
  text += fmt::format("{} {}\n", margin, bar);
  text += fmt::format("{} {} {}\n", paint(number, blue, color), bar, printable(where.excerpt));
  if (where.column == 0) return text;
  return text + fmt::format("{} {} {}{}\n", margin, bar,
                            indent_like(where.excerpt, where.column - 1),
                            paint(carets(where), red, color));
}

/// `label: body`, further lines of the body indented below its first.
std::string render_remark(std::string_view label, std::string_view style, std::string_view body,
                          Color color) {
  if (body.empty()) return {};
  const std::string indent(label.size() + 4, ' ');
  const auto text = replace_all(printable(trim(body)), "\n", "\n" + indent);
  return fmt::format("  {} {}\n", paint(fmt::format("{}:", label), style, color), text);
}

}  // namespace

std::string render(const Diagnostic& diagnostic, Color color) {
  auto text = fmt::format("{} {}\n", paint("error:", red, color),
                          paint(printable(diagnostic.message), bold, color));
  if (diagnostic.where) text += render_location(*diagnostic.where, color);
  text += render_remark("why", bold, diagnostic.reason, color);
  for (const auto& note : diagnostic.notes) text += render_remark("note", bold, note, color);
  return text + render_remark("help", green, diagnostic.help, color);
}

}  // namespace liteship
