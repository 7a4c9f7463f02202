#include <fmt/format.h>

#include "cli/help.h"
#include "liteship/support.h"

namespace liteship {
namespace {

/// Text for roff: no escape, no hyphen for a minus, no request at a line's start.
std::string roff(std::string_view text) {
  auto escaped = replace_all(text, "\\", "\\e");
  escaped = replace_all(escaped, "-", "\\-");
  escaped = replace_all(escaped, "…", "...");
  escaped = replace_all(escaped, "\n.", "\n\\&.");
  return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

std::string roff_entry(const std::string& name, const std::string& help) {
  return fmt::format(".TP\n.B {}\n{}\n", roff(trim(name)), roff(help));
}

std::string roff_examples(const std::vector<std::string>& examples) {
  if (examples.empty()) return {};
  std::string text = ".PP\n.nf\n";
  for (const auto& example : examples) text += "    " + roff(example) + "\n";
  return text + ".fi\n";
}

std::string roff_command(const CommandInfo& command) {
  if (command.hidden) return {};
  std::string text;
  if (command.commands.empty()) {
    text += fmt::format(".SS {}\n{}.\n", roff(usage_of(command)), roff(command.summary));
    if (!command.text.about.empty()) text += ".PP\n" + roff(command.text.about) + "\n";
    for (const auto& argument : command.arguments) text += roff_entry(argument.name, argument.help);
    for (const auto& option : command.options) {
      text += roff_entry(signature_of(option), option.help);
    }
    text += roff_examples(command.text.examples);
  }
  for (const auto& sub : command.commands) text += roff_command(sub);
  return text;
}

std::string roff_options(const std::vector<OptionInfo>& options) {
  std::string text;
  for (const auto& option : options) text += roff_entry(signature_of(option), option.help);
  return text;
}

std::string markdown_command(const CommandInfo& command) {
  if (command.hidden) return {};
  std::string text;
  if (command.commands.empty()) {
    text += fmt::format("\n### `{}`\n\n{}.\n", usage_of(command), command.summary);
    if (!command.text.about.empty()) text += "\n" + command.text.about + "\n";
    if (!command.arguments.empty() || !command.options.empty()) text += "\n";
    for (const auto& argument : command.arguments) {
      text += fmt::format("* `{}`: {}\n", argument.name, argument.help);
    }
    for (const auto& option : command.options) {
      text += fmt::format("* `{}`: {}\n", trim(signature_of(option)), option.help);
    }
    if (!command.text.examples.empty()) {
      text += fmt::format("\n```\n{}\n```\n", join(command.text.examples, "\n"));
    }
  }
  for (const auto& sub : command.commands) text += markdown_command(sub);
  return text;
}

}  // namespace

std::string render_man(const CommandInfo& root, const std::string& version) {
  auto text = fmt::format(".TH DEPLOY 1 \"\" \"liteship {}\" \"User Commands\"\n", version);
  text += fmt::format(".SH NAME\ndeploy \\- {}\n.SH SYNOPSIS\n.B {}\n", roff(root.summary),
                      roff(usage_of(root)));
  text += ".SH DESCRIPTION\n" + roff(root.text.about) + "\n";
  text += ".SH OPTIONS OF EVERY COMMAND\n" + roff_options(root.global);
  text += ".SH OPTIONS OF A RELEASE\n" + roff_options(root.options);
  text += ".SH COMMANDS\n";
  for (const auto& command : root.commands) text += roff_command(command);
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_meanings()) {
    text += roff_entry(std::to_string(code), meaning);
  }
  return text + ".SH EXAMPLES\n" + roff_examples(root.text.examples);
}

std::string render_reference(const CommandInfo& root) {
  std::string text =
      "# Commands\n\n<!-- Printed by `deploy docs commands`; a test compares. -->\n\n";
  text += root.text.about + "\n\n## Options of every command\n\n";
  for (const auto& option : root.global) {
    text += fmt::format("* `{}`: {}\n", trim(signature_of(option)), option.help);
  }
  text += "\n## Exit codes\n\n| code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_meanings()) {
    text += fmt::format("| {} | {} |\n", code, meaning);
  }
  text += "\n## Commands\n";
  for (const auto& command : root.commands) text += markdown_command(command);
  return text;
}

}  // namespace liteship
