#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace liteship {
namespace {

using Row = std::pair<std::string, std::string>;

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

/// Two columns, the second one lined up and wrapped by nobody: the texts are short.
std::string render_rows(const std::string& title, const std::vector<Row>& rows) {
  if (rows.empty()) return {};
  constexpr std::size_t widest = 34;
  std::size_t width = 0;
  for (const auto& [name, help] : rows) width = std::max(width, std::min(widest, characters(name)));
  auto text = fmt::format("\n{}:\n", title);
  for (const auto& [name, help] : rows) {
    const auto length = characters(name);
    const std::string gap(length > width ? 2 : width - length + 2, ' ');
    text += fmt::format("  {}{}{}\n", name, gap, help);
  }
  return text;
}

std::vector<Row> option_rows(const std::vector<OptionInfo>& options) {
  std::vector<Row> rows;
  for (const auto& option : options) rows.emplace_back(signature_of(option), option.help);
  return rows;
}

std::string render_examples(const CommandInfo& command) {
  if (command.text.examples.empty()) return {};
  std::string text = "\nExamples:\n";
  for (const auto& example : command.text.examples) text += fmt::format("  {}\n", example);
  return text;
}

std::string render_commands(const CommandInfo& command) {
  std::vector<std::string> groups;
  for (const auto& sub : command.commands) {
    if (sub.hidden) continue;
    if (std::find(groups.begin(), groups.end(), sub.group) == groups.end()) {
      groups.push_back(sub.group);
    }
  }
  std::string text;
  for (const auto& group : groups) {
    std::vector<Row> rows;
    for (const auto& sub : command.commands) {
      if (sub.group == group) rows.emplace_back(sub.name, sub.summary);
    }
    text += render_rows(group == "Subcommands" ? "Commands" : group, rows);
  }
  return text;
}

std::string render_arguments(const CommandInfo& command) {
  std::vector<Row> rows;
  for (const auto& argument : command.arguments) rows.emplace_back(argument.name, argument.help);
  return render_rows("Arguments", rows);
}

std::string render_exit_codes() {
  std::vector<Row> rows;
  for (const auto& [code, meaning] : exit_meanings()) {
    rows.emplace_back(fmt::format("{:>3}", code), meaning);
  }
  return render_rows("Exit codes", rows);
}

std::string render_brief(const CommandInfo& command) {
  auto text = fmt::format("{}\n{}\nUsage: {}\n", command.summary, render_examples(command),
                          usage_of(command));
  text += render_commands(command);
  if (command.path != "deploy") text += render_rows("Options", option_rows(command.options));
  const auto more = command.commands.empty() ? command.path : command.path + " [COMMAND]";
  return text + fmt::format("\n`{} --help` tells everything.\n", more);
}

std::string render_complete(const CommandInfo& root, const CommandInfo& command) {
  auto text = fmt::format("{}\n\nUsage: {}\n", command.summary, usage_of(command));
  if (!command.text.about.empty()) text += "\n" + command.text.about + "\n";
  text += render_commands(command) + render_arguments(command);
  text += render_rows("Options", option_rows(command.options));
  text += render_rows(global_options, option_rows(root.global));
  text += render_examples(command);
  return command.path == "deploy" ? text + render_exit_codes() : text;
}

}  // namespace

const std::vector<std::pair<int, std::string>>& exit_meanings() {
  static const std::vector<std::pair<int, std::string>> meanings = {
      {0, "done, or nothing to do"},
      {1, "internal error"},
      {2, "usage or configuration"},
      {3, "cannot connect to, log in at or trust the server"},
      {4, "the release failed; the old version still serves"},
      {5, "left in a state that needs you"},
      {75, "somebody else holds the lock: try later"},
      {130, "interrupted"},
      {141, "the reader of the output went away"},
  };
  return meanings;
}

std::string render_help(const CommandInfo& root, const std::string& path, HelpLevel level) {
  const auto& command = find_path(root, path);
  return level == HelpLevel::brief ? render_brief(command) : render_complete(root, command);
}

}  // namespace liteship
