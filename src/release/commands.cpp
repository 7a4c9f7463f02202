// Commands of their own: logs, exec, audit.

#include <fmt/core.h>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

const Role& role_of(const Config& config, const std::string& name) {
  if (name.empty()) return config.primary_role();
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
  // As with Kamal: who looks for something looks through all of it.
  const bool searches = options.since || options.grep;
  const int lines = options.lines.value_or(options.follow ? 10 : 100);
  if (options.lines || !searches) words.insert(words.end(), {"--tail", std::to_string(lines)});
  return render_command(function, words);
}

std::vector<std::string> exec_flags(const ExecOptions& options) {
  std::vector<std::string> flags;
  if (options.interactive) flags.insert(flags.end(), {"--interactive", "--tty"});
  if (options.detach) flags.emplace_back("--detach");
  // A detached one stays when it has ended, and its log with it.
  if (!options.reuse && !options.detach) flags.emplace_back("--rm");
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

// docker's filters for the containers of a role. By label: what Kamal's `exec` starts has such a
// name, and so have the containers of a role `web-2` or of a destination.
std::string of_role(const Config& config, const Role& role) {
  return fmt::format("label=service={} label=role={} label=destination={}", config.service,
                     role.name, config.destination);
}

std::string of_name(const std::string& name) { return "name=^" + name + "$"; }

}  // namespace

Command logs_command(const Config& config, const LogOptions& options) {
  if (!options.container.empty()) {
    return log_words("container_logs", {options.container}, options);
  }
  if (options.failed) {
    return log_words("failed_logs", {app_directory(config) + "/failed"}, options);
  }
  return log_words("app_logs", {of_role(config, role_of(config, options.role))}, options);
}

Command logs_command(const Accessory& accessory, const LogOptions& options) {
  return log_words("app_logs", {of_name(accessory.service)}, options);
}

Command proxy_logs_command(const LogOptions& options) {
  return log_words("app_logs", {of_name("kamal-proxy")}, options);
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
  const std::string env = app_directory(config) + "/env/" + role.name + ".env";
  const char* const function = options.reuse ? "exec_here" : "exec_anew";
  if (!options.version) return exec_words(function, {of_role(config, role), env}, flags, options);
  const Version version{*options.version};
  if (options.reuse) {
    const std::string name = container_name(config, role, version);
    return exec_words(function, {of_name(name), env}, flags, options);
  }
  return exec_words("exec_image", {image_reference(config, version), env}, flags, options);
}

Command exec_command(const Config& config, const Accessory& accessory, const ExecOptions& options) {
  std::vector<std::string> flags = exec_flags(options);
  const std::string env = env_path(config, accessory);
  if (options.reuse) {
    return exec_words("exec_here", {of_name(accessory.service), env}, flags, options);
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
