#include <fmt/format.h>

#include "cli/completion.h"

// Each script walks the words typed so far down the tree of commands, by a `case` that is generated
// here, and offers what is possible at that place. No script runs `deploy`.

namespace liteship {
namespace {

/// Calls `visit` for the command and everything below it.
template <class Visit>
void walk(const CommandInfo& command, const Visit& visit) {
  visit(command);
  for (const auto& sub : command.commands) walk(sub, visit);
}

/// What may stand at a command: subcommands, fixed words, its options and those of every command.
std::vector<std::pair<std::string, std::string>> offers(const CommandInfo& root,
                                                        const CommandInfo& command) {
  std::vector<std::pair<std::string, std::string>> list;
  for (const auto& sub : command.commands) {
    if (!sub.hidden) list.emplace_back(sub.name, sub.summary);
  }
  for (const auto& word : command.text.words) list.emplace_back(word, "");
  for (const auto* options : {&command.options, &root.global}) {
    for (const auto& option : *options) {
      for (const auto& name : option.names) list.emplace_back(name, option.help);
    }
  }
  list.emplace_back("--help", "Show everything about a command");
  return list;
}

/// `text` for single quotes of a shell.
std::string quoted(const std::string& text) { return "'" + replace_all(text, "'", "'\\''") + "'"; }

/// The `case` that follows the words down: "deploy app") at="deploy app" ;;
std::string descent(const CommandInfo& root, const std::string& variable) {
  std::string text;
  walk(root, [&](const CommandInfo& command) {
    if (command.path != root.path) {
      text += fmt::format("      '{0}') {1}='{0}' ;;\n", command.path, variable);
    }
  });
  return text;
}

}  // namespace

std::string bash_completion(const CommandInfo& root) {
  std::string text =
      "# bash completion for deploy, printed by `deploy completion bash`\n"
      "_deploy() {\n"
      "  local at='deploy' offers='' word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case \"$at $word\" in\n" +
      descent(root, "at") +
      "    esac\n"
      "  done\n"
      "  case \"$at\" in\n";
  walk(root, [&](const CommandInfo& command) {
    std::vector<std::string> words;
    for (const auto& offer : offers(root, command)) words.push_back(offer.first);
    text += fmt::format("    '{}') offers='{}' ;;\n", command.path, join(words, " "));
  });
  return text +
         "  esac\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$offers\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
         "}\n"
         "complete -o default -F _deploy deploy\n";
}

std::string zsh_completion(const CommandInfo& root) {
  std::string text =
      "#compdef deploy\n"
      "# zsh completion for deploy, printed by `deploy completion zsh`\n"
      "_deploy() {\n"
      "  local at=deploy word\n"
      "  local -a offers\n"
      "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
      "    case \"$at $word\" in\n" +
      descent(root, "at") +
      "    esac\n"
      "  done\n"
      "  case \"$at\" in\n";
  walk(root, [&](const CommandInfo& command) {
    text += fmt::format("    '{}')\n      offers=(\n", command.path);
    for (const auto& [name, help] : offers(root, command)) {
      const auto offer = help.empty() ? name : name + ":" + replace_all(help, ":", "\\:");
      text += fmt::format("        {}\n", quoted(offer));
    }
    text += "      ) ;;\n";
  });
  return text +
         "  esac\n"
         "  _describe -o 'deploy' offers || _files\n"
         "}\n"
         "if [ \"${funcstack[1]}\" = _deploy ]; then _deploy \"$@\"; else compdef _deploy deploy; "
         "fi\n";
}

std::string fish_completion(const CommandInfo& root) {
  std::string text =
      "# fish completion for deploy, printed by `deploy completion fish`\n"
      "function __deploy_at\n"
      "  set -l at deploy\n"
      "  for word in (commandline -opc)[2..]\n"
      "    switch \"$at $word\"\n";
  walk(root, [&](const CommandInfo& command) {
    if (command.path != root.path) {
      text += fmt::format("      case '{0}'\n        set at '{0}'\n", command.path);
    }
  });
  text += "    end\n  end\n  test \"$at\" = \"$argv\"\nend\n";
  walk(root, [&](const CommandInfo& command) {
    const auto condition = fmt::format("complete -c deploy -n '__deploy_at {}'", command.path);
    for (const auto& [name, help] : offers(root, command)) {
      text += fmt::format("{} -a {} -d {}\n", condition, quoted(name), quoted(help));
    }
  });
  return text;
}

}  // namespace liteship
