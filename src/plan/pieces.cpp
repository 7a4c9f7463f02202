#include "plan/pieces.h"

#include <fmt/core.h>

#include <stdexcept>

#include "support/json.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

void add(Words& words, std::string name, std::string value) {
  words.push_back(std::move(name));
  words.push_back(std::move(value));
}

/// `restart` is decided once the container is healthy.
OptionList without_restart(OptionList options) {
  std::erase_if(options, [](const auto& option) { return option.first == "restart"; });
  return options;
}

void add_assets(Words& words, const Config& config, const Role& role, const Version& version,
                const std::string& home) {
  if (!role.asset_path) return;
  add_mount(
      words,
      fmt::format("{}/{}/volumes/{}-{}", home, assets_directory(config), role.name, version.text),
      role.asset_path->path, role.asset_path->options);
}

void add_volumes(Words& words, const Config& config, const std::string& home) {
  for (const Volume& volume : config.volumes) {
    add_mount(words, volume_source(volume, home), volume.target, volume.options);
  }
}

void add_env(Words& words, const Config& config, const Role& role) {
  // As in Kamal, a name without a value is none: what the server's own environment has, if
  // anything.
  for (const auto& [name, value] : role.env.clear) {
    add(words, "--env", value.empty() ? name : name + "=" + value);
  }
  if (!role.env.secret.empty()) add(words, "--env-file", env_path(config, role));
}

void add_labels(Words& words, const Config& config, const Role& role) {
  add(words, "--label", "service=" + config.service);
  add(words, "--label", "role=" + role.name);
  add(words, "--label", "destination=" + config.destination);
  for (const auto& [name, value] : role.labels) add(words, "--label", name + "=" + value);
}

}  // namespace

void add_mount(Words& words, const std::string& source, const std::string& target,
               const std::string& options) {
  add(words, "--volume", Volume{source, target, options, {}}.text());
}

void add_options(Words& words, const OptionList& options, const std::string& home) {
  // `--init=true` is what Kamal's `--init` means; `--entrypoint=` and `--health-cmd=true` need it.
  for (const auto& [name, value] : options) {
    const std::string here = replace_all(replace_all(value, "${HOME}", home), "${PWD}", home);
    words.push_back("--" + name + "=" + here);
  }
}

void add_logging(Words& words, const Logging& logging) {
  if (logging.driver) add(words, "--log-driver", *logging.driver);
  for (const auto& [name, value] : logging.options) add(words, "--log-opt", name + "=" + value);
}

void add_command(Words& words, const std::string& command) {
  // Without `$`, `;` and the like: as written. That quotes are closed, the configuration checked.
  const auto line = split_words(command);
  if (!line) throw std::invalid_argument("a quote is open in `" + command + "`");
  words.insert(words.end(), line->words.begin(), line->words.end());
}

std::string env_path(const Config& config, const Role& role) {
  return app_directory(config) + "/env/" + role.name + ".env";
}

std::string assets_directory(const Config& config) {
  return ".kamal/apps/" + config.app_name() + "/assets";
}

std::string volume_source(const Volume& volume, const std::string& home) {
  const std::string& source = volume.source;
  if (source.starts_with("~/")) return home + source.substr(1);
  if (source.starts_with("./")) return home + source.substr(1);
  return source;
}

std::vector<std::string> run_words(const Config& config, const Role& role, const Version& version,
                                   const std::string& image, const std::string& home) {
  Words words;
  add(words, "--network", "kamal");
  add(words, "--env", "KAMAL_CONTAINER_NAME=" + container_name(config, role, version));
  add(words, "--env", "KAMAL_VERSION=" + version.text);
  add(words, "--env", "KAMAL_HOST=" + config.host);
  if (!config.destination.empty()) add(words, "--env", "KAMAL_DESTINATION=" + config.destination);
  add_env(words, config, role);
  add_logging(words, role.logging);
  add_volumes(words, config, home);
  add_assets(words, config, role, version, home);
  add_labels(words, config, role);
  add_options(words, without_restart(role.options), home);
  words.push_back(image);
  if (role.cmd) add_command(words, *role.cmd);
  return words;
}

std::vector<std::string> one_off_words(const Config& config, const Role& role,
                                       const std::string& image, const std::string& command,
                                       const std::string& home) {
  Words words;
  add(words, "--network", "kamal");
  add_env(words, config, role);
  add_volumes(words, config, home);
  add_options(words, without_restart(role.options), home);
  Words line;
  add_command(line, command);
  // The command is meant as it is written, whatever ENTRYPOINT the image has.
  add(words, "--entrypoint", line.front());
  words.push_back(image);
  words.insert(words.end(), line.begin() + 1, line.end());
  return words;
}

std::string spec_of(const std::vector<std::string>& words) {
  return sha256(join(words, std::string_view("\0", 1))).substr(7, 16);
}

std::string stop_seconds(const Config& config, const Role& role) {
  if (role.stop_timeout) return std::to_string(role.stop_timeout->count());
  if (config.stop_timeout) return std::to_string(config.stop_timeout->count());
  // 10 s: Docker's own default, which Kamal leaves in force for proxied roles (they have drained).
  return role.proxy ? "10" : std::to_string(config.drain_timeout.count());
}

std::map<std::string, std::string> phase_variables(const Config& config) {
  return {{"dir", app_directory(config)}};
}

std::string kamal_lock(const Config& config) { return ".kamal/lock-" + config.app_name(); }

std::vector<const Role*> roles_with_proxy(const Config& config) {
  std::vector<const Role*> roles;
  for (const Role& role : config.roles) {
    if (role.proxy) roles.push_back(&role);
  }
  return roles;
}

std::vector<const Role*> roles_without_proxy(const Config& config) {
  std::vector<const Role*> roles;
  for (const Role& role : config.roles) {
    if (!role.proxy) roles.push_back(&role);
  }
  return roles;
}

const Volume* volume_of(const Config& config, const std::string& path) {
  const Volume* best = nullptr;
  for (const Volume& volume : config.volumes) {
    const bool inside = path.starts_with(volume.target + "/");
    if (inside && (best == nullptr || volume.target.size() > best->target.size())) best = &volume;
  }
  return best;
}

std::string lock_owner(const Request& request, const std::string& kind) {
  return print_json(nlohmann::json{{"kind", kind},
                                   {"by", request.by},
                                   {"command", request.command},
                                   {"version", request.version.text},
                                   {"since", request.now}});
}

std::string ledger_line(const Request& request, const Plan& plan, const std::string& status,
                        const std::string& snapshot) {
  const char* const actions[] = {"setup", "deploy", "rollback"};
  const std::string line =
      print_json(nlohmann::json{{"version", plan.version.text},
                                {"action", actions[static_cast<int>(request.action)]},
                                {"status", status},
                                {"by", request.by},
                                {"subject", request.subject},
                                {"cutover", plan.cutover == Cutover::hold ? "hold" : "overlap"},
                                {"snapshot", snapshot},
                                {"dirty", request.dirty},
                                {"started", request.now}});
  return line.substr(0, line.size() - 1);
}

void throw_if_any(std::vector<Diagnostic> problems) {
  if (!problems.empty()) throw Error(ErrorKind::usage, std::move(problems));
}

}  // namespace liteship
