#include "cli/tree.h"

#include <CLI/CLI.hpp>

namespace liteship {
namespace {

bool is_help(const CLI::App& app, const CLI::Option* option) {
  return option == app.get_help_ptr() || option == app.get_help_all_ptr();
}

std::vector<std::string> names_of(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const auto& name : option.get_snames()) names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

OptionInfo describe_option(const CLI::Option& option) {
  const bool flag = option.get_expected_max() == 0 || option.get_items_expected_max() == 0;
  return {names_of(option), flag ? "" : option.get_type_name(), option.get_description()};
}

ArgumentInfo describe_argument(const CLI::Option& option) {
  return {option.get_type_name(), option.get_description(), option.get_required(),
          option.get_items_expected_max() > 1};
}

CommandInfo describe(const CLI::App& app, const CommandLine& line, const std::string& parent) {
  CommandInfo info{.path = parent + app.get_name(),
                   .name = app.get_name(),
                   .summary = app.get_description(),
                   .group = app.get_group(),
                   .hidden = app.get_group().empty()};
  if (const auto text = line.help.find(&app); text != line.help.end()) info.text = text->second;
  for (const auto* option : app.get_options()) {
    if (is_help(app, option) || option->get_group().empty()) continue;
    if (option->get_positional()) {
      info.arguments.push_back(describe_argument(*option));
    } else {
      auto& list = option->get_group() == global_options ? info.global : info.options;
      list.push_back(describe_option(*option));
    }
  }
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    info.commands.push_back(describe(*sub, line, info.path + " "));
  }
  return info;
}

}  // namespace

CommandInfo describe_tree(const CLI::App& tree, const CommandLine& line) {
  return describe(tree, line, "");
}

const CommandInfo& find_path(const CommandInfo& root, const std::string& path) {
  for (const auto& command : root.commands) {
    if (path == command.path || path.starts_with(command.path + " ")) {
      return find_path(command, path);
    }
  }
  return root;
}

std::string usage_of(const CommandInfo& command) {
  auto text = command.path;
  if (!command.commands.empty()) text += command.path == "deploy" ? " [COMMAND]" : " COMMAND";
  text += " [OPTIONS]";
  for (const auto& argument : command.arguments) {
    const auto name = argument.name + (argument.repeats ? "…" : "");
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string signature_of(const OptionInfo& option) {
  // Long names line up below each other when there is no short one.
  std::string text = option.names.front().starts_with("--") ? "    " : "";
  text += join(option.names, ", ");
  return option.value.empty() ? text : text + " " + option.value;
}

const CLI::Option* find_option(const CLI::App& app, const std::string& word) {
  const auto name = word.substr(0, word.find('='));
  for (const auto* at = &app; at != nullptr; at = at->get_parent()) {
    if (const auto* option = at->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

const CLI::App* find_command(const CLI::App& app, const std::string& word) {
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->check_name(word)) return sub;
  }
  return nullptr;
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* at = &app; at != nullptr; at = at->get_parent()) {
    for (const auto* option : at->get_options()) {
      const auto own = names_of(*option);
      names.insert(names.end(), own.begin(), own.end());
    }
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (sub->get_group().empty()) continue;  // hidden
    names.push_back(sub->get_name());
    const auto aliases = sub->get_aliases();
    names.insert(names.end(), aliases.begin(), aliases.end());
  }
  return names;
}

}  // namespace liteship
