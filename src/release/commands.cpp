// Commands of their own: logs, exec, audit.

#include <fmt/core.h>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

const Role& role_of(const Config& config, const std::string& name) {
  if (name.empty()) return config.roles.front();
  std::vector<std::string> names;
  for (const Role& role : config.roles) {
    if (role.name == name) return role;
    names.push_back(role.name);
  }
  const auto near = closest_match(name, names);
  throw Error(ErrorKind::usage, Diagnostic{fmt::format("there is no role `{}`", name),
                                           {},
                                           "",
                                           {},
                                           near ? fmt::format("did you mean `{}`?", *near)
                                                : "roles: " + join(names, ", ")});
}

Command log_words(const char* function, std::vector<std::string> words, const LogOptions& options) {
  words.push_back(options.grep.value_or(""));
  words.push_back(options.grep_options);
  if (options.follow) words.emplace_back("--follow");
  if (options.since) words.insert(words.end(), {"--since", *options.since});
  const int lines = options.lines.value_or(options.follow ? 10 : 100);  // Kamal's defaults
  if (options.lines || !options.since) words.insert(words.end(), {"--tail", std::to_string(lines)});
  return render_command(function, words);
}

std::vector<std::string> exec_flags(const ExecOptions& options) {
  std::vector<std::string> flags;
  if (options.interactive) flags.insert(flags.end(), {"--interactive", "--tty"});
  if (options.detach) flags.emplace_back("--detach");
  for (const auto& [name, value] : options.env)
    flags.insert(flags.end(), {"--env", name + "=" + value});
  return flags;
}

// function WORDS… COUNT FLAGS… COMMAND…
Command exec_words(const char* function, std::vector<std::string> words,
                   const std::vector<std::string>& flags, const ExecOptions& options) {
  words.push_back(std::to_string(flags.size()));
  words.insert(words.end(), flags.begin(), flags.end());
  words.insert(words.end(), options.words.begin(), options.words.end());
  return render_command(function, words);
}

}  // namespace

Command logs_command(const Config& config, const LogOptions& options) {
  const Role& role = role_of(config, options.role);
  if (!options.failed) {
    return log_words("app_logs", {proxy_service(config, role) + "-"}, options);
  }
  return log_words("failed_logs", {app_directory(config) + "/failed"}, options);
}

Command logs_command(const Accessory& accessory, const LogOptions& options) {
  return log_words("app_logs", {accessory.service + "$"}, options);
}

Command proxy_logs_command(const LogOptions& options) {
  return log_words("app_logs", {"kamal-proxy$"}, options);
}

Command exec_command(const Config& config, const ExecOptions& options) {
  const Role& role = role_of(config, options.role);
  std::vector<std::string> flags = exec_flags(options);
  if (!options.reuse) {
    flags.insert(flags.end(), {"--network", "kamal"});
    for (const Volume& volume : config.volumes)
      flags.insert(flags.end(), {"--volume", volume.text()});
    for (const auto& [name, value] : role.env.clear)
      flags.insert(flags.end(), {"--env", name + "=" + value});
  }
  return exec_words(
      options.reuse ? "exec_here" : "exec_anew",
      {proxy_service(config, role) + "-", app_directory(config) + "/env/" + role.name + ".env"},
      flags, options);
}

Command exec_command(const Config& config, const Accessory& accessory, const ExecOptions& options) {
  std::vector<std::string> flags = exec_flags(options);
  const std::string env = env_path(config, accessory);
  if (options.reuse) {
    return exec_words("exec_here", {accessory.service + "$", env}, flags, options);
  }
  flags.insert(flags.end(), {"--network", accessory.network});
  for (const auto& [name, value] : accessory.env.clear)
    flags.insert(flags.end(), {"--env", name + "=" + value});
  return exec_words("exec_beside", {accessory.service, accessory.image, env}, flags, options);
}

Command images_command(const Config& config) {
  return render_command("list_images", {image_repository(config)});
}

Command audit_command(const Config& config, int lines) {
  return Command{"tail", "-n", std::to_string(lines), ".kamal/" + config.app_name() + "-audit.log"};
}

}  // namespace liteship
