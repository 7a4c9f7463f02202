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

}  // namespace

Command logs_command(const Config& config, const LogOptions& options) {
  const Role& role = role_of(config, options.role);
  std::vector<std::string> words;
  if (options.failed) {
    words = {app_directory(config) + "/failed"};
  } else {
    words = {proxy_service(config, role) + "-"};
  }
  words.push_back(options.grep.value_or(""));
  if (options.follow) words.emplace_back("--follow");
  if (options.since) words.insert(words.end(), {"--since", *options.since});
  const int lines = options.lines.value_or(options.follow ? 10 : 100);  // Kamal's defaults
  if (options.lines || !options.since) words.insert(words.end(), {"--tail", std::to_string(lines)});
  return render_command(options.failed ? "failed_logs" : "app_logs", words);
}

Command exec_command(const Config& config, const ExecOptions& options) {
  const Role& role = role_of(config, options.role);
  std::vector<std::string> flags;
  if (options.interactive) flags.insert(flags.end(), {"--interactive", "--tty"});
  for (const auto& [name, value] : options.env)
    flags.insert(flags.end(), {"--env", name + "=" + value});
  std::vector<std::string> words = {proxy_service(config, role) + "-",
                                    app_directory(config) + "/env/" + role.name + ".env",
                                    std::to_string(flags.size())};
  words.insert(words.end(), flags.begin(), flags.end());
  if (!options.reuse) {
    std::vector<std::string> more;
    for (const Volume& volume : config.volumes)
      more.insert(more.end(), {"--volume", volume.text()});
    for (const auto& [name, value] : role.env.clear)
      more.insert(more.end(), {"--env", name + "=" + value});
    words[2] = std::to_string(flags.size() + more.size());
    words.insert(words.end(), more.begin(), more.end());
  }
  words.insert(words.end(), options.words.begin(), options.words.end());
  return render_command(options.reuse ? "exec_here" : "exec_anew", words);
}

Command audit_command(const Config& config, int lines) {
  return Command{"tail", "-n", std::to_string(lines), ".kamal/" + config.app_name() + "-audit.log"};
}

}  // namespace liteship
