#include "erb/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace liteship::erb::ruby {
namespace {

constexpr std::array known_constants = {"ENV", "File", "Dir", "Time", "Dotenv"};
constexpr std::array known_methods = {
    "[]",   "fetch", "key?",     "has_key?", "include?", "[]=",   "to_h",     "read", "exist?",
    "join", "now",   "basename", "pwd",      "load",     "load!", "overload", "file?"};

const std::string* only_text(const List& args) {
  return args.size() == 1 ? args[0].text() : nullptr;
}

/// File.join: one slash between the pieces.
std::string join_path(const List& args) {
  std::string path;
  for (const Value& arg : args) {
    std::string piece = to_s(arg);
    if (&arg == &args.front()) {
      path = piece;
      continue;
    }
    while (path.ends_with('/')) path.pop_back();
    piece.erase(0, std::min(piece.find_first_not_of('/'), piece.size()));
    path += "/" + piece;
  }
  return path;
}

/// Whether Ruby would start the program itself; with any of these it asks a shell.
bool needs_shell(const std::string& command) {
  return command.find_first_of("*?{}[]<>()~&|\\$;'`\"\n#=%") != std::string::npos;
}

}  // namespace

bool World::is_known(const std::string& constant) {
  return std::find(known_constants.begin(), known_constants.end(), constant) !=
         known_constants.end();
}

bool World::is_known_method(const std::string& method) {
  return std::find(known_methods.begin(), known_methods.end(), method) != known_methods.end();
}

const std::string* World::variable(const std::string& name) const {
  const auto found = environment_.find(name);
  return found == environment_.end() ? nullptr : &found->second;
}

void World::set(const std::string& name, const Value& value) {
  if (value.is_nil()) {
    environment_.erase(name);
    changes_[name].clear();
    return;
  }
  environment_[name] = to_s(value);
  changes_[name] = to_s(value);
}

Outcome World::call_env(const std::string& method, const List& args) {
  if (method == "to_h") {
    Table table;
    for (const auto& [name, value] : environment_) table.push_back({Value{name}, Value{value}});
    return args.empty() ? give(std::move(table)) : Outcome{};
  }
  if (args.empty() || args.size() > 2) return {};
  if (args[0].text() == nullptr) return raise("a String was expected, not " + class_name(args[0]));
  const std::string& name = *args[0].text();
  const std::string* value = variable(name);
  if (method == "[]=" && args.size() == 2) {
    if (args[1].text() == nullptr && !args[1].is_nil()) return raise("ENV takes only Strings");
    set(name, args[1]);
    return {args[1], {}, {}};
  }
  if (method == "fetch") {
    if (value != nullptr) return give(*value);
    if (args.size() == 2) return {args[1], {}, {}};
    return raise(fmt::format("the variable `{}` is not set", name),
                 fmt::format("set it, or give a default: `ENV.fetch(\"{}\", \"default\")`", name));
  }
  if (args.size() != 1) return {};
  if (method == "[]") return value == nullptr ? Outcome{Value{}, {}, {}} : give(*value);
  if (method == "key?" || method == "has_key?" || method == "include?") {
    return give(value != nullptr);
  }
  return {};
}

Outcome World::call_file(const std::string& method, const List& args) {
  if (method == "join" && !args.empty()) return give(join_path(args));
  const std::string* path = only_text(args);
  if (path == nullptr) return {};
  if (method == "basename") return give(path->substr(path->rfind('/') + 1));
  if (method == "read") {
    const auto text = tools_.read_file ? tools_.read_file(*path) : std::nullopt;
    return text ? give(*text) : raise(fmt::format("there is no file `{}`", *path));
  }
  if (method == "exist?" || method == "file?") {
    return tools_.exists ? give(tools_.exists(*path)) : raise("no files can be looked at here");
  }
  return {};
}

/// `load` keeps what is set already, `overload` does not; `load!` insists on the file.
Outcome World::call_dotenv(const std::string& method, const List& args) {
  if (method != "load" && method != "load!" && method != "overload") return {};
  List files = args;
  if (files.empty()) files.push_back({std::string(".env")});
  Table loaded;
  for (const Value& file : files) {
    if (file.text() == nullptr) return {};
    const auto text = tools_.read_file ? tools_.read_file(*file.text()) : std::nullopt;
    if (!text && method == "load!") {
      return raise(fmt::format("there is no file `{}`", *file.text()));
    }
    const bool overwrite = method == "overload";
    const auto run = [this](const std::string& command) {
      const Outcome outcome = run_command(command);
      return outcome.value ? to_s(*outcome.value) : std::string();
    };
    if (!tools_.read_dotenv) return raise("no such file can be read here");
    for (const auto& [name, value] :
         tools_.read_dotenv(text.value_or(""), environment_, overwrite, run)) {
      if (overwrite || !environment_.contains(name)) set(name, {value});
      loaded.push_back({Value{name}, Value{value}});
    }
  }
  return give(std::move(loaded));
}

Outcome World::run_command(const std::string& command) {
  if (!tools_.run_command) return raise("no command can be run here");
  const CommandResult result = tools_.run_command(command, changes_);
  last_status = result.status;
  for (const std::string& line : split_lines(result.output)) {
    const std::string_view shown = trim(line);
    if (shown.size() > 2) outputs.emplace_back(shown);
  }
  if (result.status == 127 && !needs_shell(command)) {
    return raise(fmt::format("there is no program `{}`", split(trim(command), ' ').front()));
  }
  return give(result.output);
}

Outcome World::call(const std::string& constant, const std::string& method, const List& args) {
  if (constant == "ENV") return call_env(method, args);
  if (constant == "File") return call_file(method, args);
  if (constant == "Dotenv") return call_dotenv(method, args);
  if (!args.empty()) return {};
  if (constant == "Dir" && method == "pwd") return give(tools_.directory);
  if (constant == "Time" && method == "now" && tools_.now) return give(tools_.now());
  return {};
}

}  // namespace liteship::erb::ruby
