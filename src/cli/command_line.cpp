#include "cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/help.h"
#include "cli/tree.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

void add_global_options(CLI::App& tree, CommandLine& line) {
  auto& global = line.global;
  const std::string group = global_options;
  tree.add_option("-d,--destination", global.destination, "Merge deploy.NAME.yml")
      ->type_name("NAME")
      ->group(group);
  tree.add_option("-c,--config-file", global.config_file, "Read this instead of deploy.yml")
      ->type_name("FILE")
      ->group(group);
  tree.add_option("--hosts", global.hosts,
                  "Kamal's filter, also `-h HOSTS`: the server must be one")
      ->type_name("HOSTS")
      ->group(group);
  tree.add_option("-r,--roles", global.roles, "Act on these roles only, where that is possible")
      ->type_name("ROLES")
      ->group(group);
  tree.add_flag("-p,--primary", global.primary, "Kamal's filter: there is one server anyway")
      ->group(group);
  tree.add_flag("--json", global.json, "Print JSON, one object a line")->group(group);
  tree.add_flag("-v,--verbose", global.verbose, "Show what commands print; -vv shows SSH too")
      ->group(group);
  tree.add_flag("-q,--quiet", global.quiet, "Print the answer and errors only")->group(group);
  tree.add_flag("--dry-run", global.dry_run, "Print what would run on the server, change nothing")
      ->group(group);
  tree.add_flag("-y,--yes,--confirmed", global.yes, "Answer yes to every question")->group(group);
  tree.add_flag("--no-input", global.no_input, "Ask nothing; what needs an answer fails")
      ->group(group);
}

/// "deploy app start", as far as it was typed.
std::string path_of(const CLI::App& tree) {
  std::string path = "deploy";
  for (const auto* app = &tree; !app->get_subcommands().empty();) {
    app = app->get_subcommands().front();
    path += " " + app->get_name();
  }
  return path;
}

const CLI::App& deepest(const CLI::App& tree) {
  const auto* app = &tree;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return *app;
}

/// `-h` is help, but with a word behind it that is no command it is Kamal's `--hosts`.
std::vector<std::string> read_hosts(const CLI::App& tree, std::vector<std::string> words) {
  const CLI::App* app = &tree;
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    if (words[i].starts_with('-')) {
      const bool last = i + 1 == words.size() || words[i + 1].starts_with('-');
      if (words[i] != "-h" || last || find_command(*app, words[i + 1]) != nullptr) continue;
      words[i] = "--hosts";
      ++i;
    } else if (const auto* next = find_command(*app, words[i])) {
      app = next;
    } else if (app->get_name() == "exec") {
      return words;
    }
  }
  return words;
}

/// `help app start`, as Kamal users type it, is `app start --help`.
std::vector<std::string> read_help(std::vector<std::string> words) {
  if (words.empty() || words[0] != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

bool takes_value(const CLI::Option* option, const std::string& word) {
  return option->get_expected_min() > 0 && word.find('=') == std::string::npos;
}

/// As Kamal users type it: `exec "a whole line" --reuse -e NAME:VALUE NAME:VALUE`. What stands
/// behind the line when all of it is options of ours, with one `-e` for each value; else nothing.
std::optional<std::vector<std::string>> options_behind(const CLI::App& exec,
                                                       const std::vector<std::string>& words,
                                                       std::size_t line) {
  std::vector<std::string> behind;
  const std::string* several = nullptr;  // the option that may have more values
  for (std::size_t i = line + 1; i < words.size(); ++i) {
    if (!words[i].starts_with('-')) {
      if (several == nullptr) return std::nullopt;
      behind.insert(behind.end(), {*several, words[i]});
      continue;
    }
    const auto* option = find_option(exec, words[i]);
    if (option == nullptr) return std::nullopt;
    several = option->check_name("--env") ? &words[i] : nullptr;
    behind.push_back(words[i]);
    if (!takes_value(option, words[i])) continue;
    if (++i == words.size()) return std::nullopt;
    behind.push_back(words[i]);
  }
  return behind;
}

/// The words of `exec` belong to the server's command: a `--` goes before the first of them, so
/// that `deploy exec ls -la` needs none.
std::vector<std::string> protect_exec(const CLI::App& tree, std::vector<std::string> words) {
  const CLI::App* app = &tree;
  bool named = false;  // the accessory of `accessory exec NAME`
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") return words;
    if (words[i].starts_with('-')) {
      const auto* option = find_option(*app, words[i]);
      if (option != nullptr && takes_value(option, words[i])) ++i;
      continue;
    }
    const auto* next = find_command(*app, words[i]);
    if (next != nullptr) {
      app = next;
    } else if (app->get_name() == "exec" && app->get_parent()->get_name() == "accessory" &&
               !named) {
      named = true;
    } else if (app->get_name() == "exec") {
      const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
      const bool whole = words[i].find(' ') != std::string::npos;
      if (const auto behind = whole ? options_behind(*app, words, i) : std::nullopt) {
        words.erase(at + 1, words.end());
        words.insert(words.end(), behind->begin(), behind->end());
      } else {
        words.insert(at, "--");
      }
      return words;
    }
  }
  return words;
}

Diagnostic unknown_word(const CLI::App& app, const std::string& path, const std::string& word) {
  const bool option = word.starts_with('-');
  const auto known = option ? option_names(app) : command_names(app);
  Diagnostic diagnostic{.message =
                            fmt::format("unknown {} `{}`", option ? "option" : "command", word)};
  if (!option && known.empty()) {
    return {.message = fmt::format("`{}` takes no argument `{}`", path, word),
            .help = fmt::format("run `{} --help`", path)};
  }
  if (const auto match = closest_match(word.substr(0, word.find('=')), known)) {
    diagnostic.help = fmt::format("did you mean `{}`? ", *match);
  }
  diagnostic.help += fmt::format("run `{} --help` for all of them", path);
  return diagnostic;
}

/// CLI11 says "VERSION is required"; errors here begin in lower case.
std::string lowercase_first(std::string text) {
  const bool shouting = text.size() > 1 && std::isupper(static_cast<unsigned char>(text[1])) != 0;
  if (!text.empty() && !shouting) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text;
}

[[noreturn]] void fail_usage(Diagnostic diagnostic) {
  throw Error(ErrorKind::usage, std::move(diagnostic));
}

Diagnostic missing_word(const CLI::App& app, const std::string& path, const std::string& said) {
  const auto commands = command_names(app);
  if (commands.empty()) {
    return {.message = lowercase_first(said), .help = fmt::format("run `{} --help`", path)};
  }
  return {.message = fmt::format("`{}` needs a command", path),
          .help = fmt::format("one of: {}", join(commands, ", "))};
}

/// Kamal takes these with every command. Where nothing runs hooks or waits for the lock they mean
/// nothing.
bool is_kamals(const std::string& option) {
  return option == "--skip-hooks" || option.starts_with("--lock-wait");
}

/// Release options of the root belong to bare `deploy`; a verb that does not know them may not
/// swallow them.
void reject_stray_options(const CLI::App& tree) {
  const auto& verb = deepest(tree);
  if (&verb == &tree) return;
  for (const auto* option : tree.get_options()) {
    if (option->count() == 0 || option->get_group() == global_options) continue;
    const auto name = option->get_name();
    if (is_kamals(name) || verb.get_option_no_throw(name) != nullptr) continue;
    fail_usage({.message = fmt::format("`{}` does not belong to `{}`", name, path_of(tree)),
                .help = fmt::format("run `{} --help` for its options", path_of(tree))});
  }
}

}  // namespace

std::unique_ptr<CLI::App> build_tree(CommandLine& line) {
  auto tree = std::make_unique<CLI::App>("Ship SQLite apps to one server", "deploy");
  tree->set_help_flag("--help", "Show everything about a command");
  tree->set_help_all_flag("-h", "Show the most important things");
  tree->fallthrough();
  tree->require_subcommand(0, 1);
  add_global_options(*tree, line);
  add_init(*tree, line);
  add_setup(*tree, line);
  add_config(*tree, line);
  add_docs(*tree, line);
  add_release(*tree, line);
  add_rollback(*tree, line);
  add_releases(*tree, line);
  add_lock(*tree, line);
  add_audit(*tree, line);
  add_status(*tree, line);
  add_logs(*tree, line);
  add_exec(*tree, line);
  add_app(*tree, line);
  add_accessory(*tree, line);
  add_proxy(*tree, line);
  add_db(*tree, line);
  add_secrets(*tree, line);
  add_server(*tree, line);
  add_build(*tree, line);
  add_registry(*tree, line);
  add_prune(*tree, line);
  add_upgrade(*tree, line);
  add_remove(*tree, line);
  add_version(*tree, line);
  add_completion(*tree, line);
  return tree;
}

std::optional<std::string> parse_words(CLI::App& tree, CommandLine& line,
                                       const std::vector<std::string>& words) {
  auto reversed = protect_exec(tree, read_hosts(tree, read_help(words)));
  std::reverse(reversed.begin(), reversed.end());
  try {
    tree.parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return render_help(describe_tree(tree, line), path_of(tree), HelpLevel::complete);
  } catch (const CLI::CallForAllHelp&) {
    return render_help(describe_tree(tree, line), path_of(tree), HelpLevel::brief);
  } catch (const CLI::ExtrasError&) {
    const auto& app = deepest(tree);
    const auto extras = tree.remaining(true);
    fail_usage(unknown_word(app, path_of(tree), extras.empty() ? "?" : extras.front()));
  } catch (const CLI::RequiredError& error) {
    const auto extras = tree.remaining(true);
    if (!extras.empty()) fail_usage(unknown_word(deepest(tree), path_of(tree), extras.front()));
    fail_usage(missing_word(deepest(tree), path_of(tree), error.what()));
  } catch (const CLI::ParseError& error) {
    fail_usage({.message = lowercase_first(error.what()),
                .help = fmt::format("run `{} --help`", path_of(tree))});
  }
  line.command = path_of(tree);
  line.print_version = &deepest(tree) == &tree && line.release.version.empty() &&
                       tree.get_option("--version")->count() > 0;
  reject_stray_options(tree);
  return std::nullopt;
}

std::optional<Diagnostic> try_words(CLI::App& tree, CommandLine& line,
                                    const std::vector<std::string>& words) {
  try {
    if (!parse_words(tree, line, words)) return std::nullopt;
    return Diagnostic{.message = "help is no value", .help = "take `--help` away"};
  } catch (const Error& error) {
    return error.diagnostics().front();
  }
}

}  // namespace liteship
