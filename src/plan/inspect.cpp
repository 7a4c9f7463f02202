#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

Command with(const char* function, const std::vector<std::string>& words) {
  return Command{function}.args(words);
}

std::vector<std::string> named_volumes(const Config& config) {
  std::vector<std::string> names;
  for (const Volume& volume : config.volumes) {
    if (!volume.is_host_path() && !volume.source.empty()) names.push_back(volume.source);
  }
  return names;
}

std::vector<std::string> host_paths(const Config& config) {
  std::vector<std::string> paths;
  for (const Volume& volume : config.volumes) {
    if (volume.is_host_path()) paths.push_back(volume_source(volume, "."));
  }
  return paths;
}

// What to look for, and the names of what has other labels than the app.
std::vector<std::string> container_words(const Config& config) {
  std::vector<std::string> words = {config.service, config.destination, sidecar_name(config),
                                    "traefik"};
  for (const Accessory& accessory : config.accessories) words.push_back(accessory.service);
  return words;
}

Command ask_home(const Config& config, Locking locking) {
  return {"home_facts", home_volume(config), locking == Locking::take ? "take" : "leave"};
}

void add_questions(const Config& config, const Request& request, Locking locking, Phase& phase) {
  const auto ask = [&](const char* id, Command command) {
    phase.steps.push_back({id, id, std::move(command)});
  };
  const auto ask_ahead = [&](const char* id, const Command& command) {
    ask(id, Command{"ahead", id}.args(command.words));
  };
  ask_ahead("home", ask_home(config, locking));
  ask_ahead("engine", Command{"engine_facts"});
  ask_ahead("containers", with("container_facts", container_words(config)));
  ask_ahead("proxy", Command{"proxy_facts"});
  ask_ahead("sudo", Command{"sudo_facts"});
  if (const auto names = named_volumes(config); !names.empty()) {
    ask_ahead("volumes", with("present_volumes", names));
  }
  if (const auto parts = parts_of(config, request, {}); !parts.empty()) {
    ask_ahead("images", with("present_images", parts));
  }
  if (!request.image.empty()) ask_ahead("app-image", Command{"app_image_facts", request.image});
  ask("host", Command{"host_facts"});
  if (const auto paths = host_paths(config); !paths.empty()) {
    ask("paths", with("present_paths", paths));
  }
  if (!config.proxy.run.written) ask("proxy-boot", Command{"proxy_boot_facts"});
  ask("history", Command{"history_facts"});
  ask("answers", Command{"answers"});
  const ProxyRun& run = config.proxy.run;
  if (run.publish) {
    ask("ports", Command{"port_facts", std::to_string(run.http_port.number),
                         std::to_string(run.https_port.number)});
  }
}

}  // namespace

std::vector<std::string> parts_of(const Config& config, const Request& request,
                                  const Facts& facts) {
  std::vector<std::string> parts;
  if (needs_proxy(config, request)) parts = proxy_parts(config, facts);
  if (replicates(config)) parts.push_back(config.sqlite->image);
  for (const AccessoryInput& input : request.accessories) {
    const std::string& image = input.accessory->image;
    if (std::find(parts.begin(), parts.end(), image) == parts.end()) parts.push_back(image);
  }
  return parts;
}

Phase plan_inspect(const Config& config, const Request& request, Locking locking) {
  Phase phase;
  phase.id = "inspect";
  phase.variables = phase_variables(config);
  if (locking == Locking::take) {
    phase.steps.push_back(
        {"lock", "take the lock",
         Command{"take_lock", kamal_lock(config), lock_owner(request, "deploy")}});
    phase.steps.push_back({"settle", "settle what was interrupted", Command{"settle"}});
  }
  // After the lock: those who wait for it ask the engine nothing.
  add_questions(config, request, locking, phase);
  return phase;
}

void check_home(const Config& config, const Facts& facts) {
  if (!facts.elsewhere) return;
  const auto& [home, user] = *facts.elsewhere;
  throw Error(
      ErrorKind::usage,
      Diagnostic{
          fmt::format("`{}` on this server belongs to the user `{}`", config.app_name(), user),
          {},
          fmt::format("its lock, ledger and snapshots are in {}/{}", home, app_directory(config)),
          {},
          fmt::format("log in as that user: `ssh: user: {}`", user)});
}

Phase plan_lock(const Config& config, const Request& request, LockAction action) {
  Phase phase;
  phase.id = "lock";
  phase.variables = phase_variables(config);
  phase.steps.push_back({"home", "whose app it is", ask_home(config, Locking::leave)});
  switch (action) {
    case LockAction::status:
      phase.steps.push_back({"lock-status", "look", Command{"lock_facts", kamal_lock(config)}});
      break;
    case LockAction::acquire:
      phase.steps.push_back(
          {"lock", "take the lock",
           Command{"take_lock", kamal_lock(config), lock_owner(request, "deploy")}});
      phase.steps.push_back({"lock-acquire", "leave the lock on",
                             Command{"hold_manual_lock", lock_owner(request, "manual")}});
      break;
    case LockAction::release:
      phase.steps.push_back({"lock-release", "drop the lock", Command{"release_manual_lock"}});
      break;
  }
  return phase;
}

Phase plan_bootstrap(const Config& config, const Facts& facts) {
  if (!facts.root && !facts.sudo) {
    throw Error(
        ErrorKind::usage,
        Diagnostic{fmt::format("`{}` may not install Docker on the server", facts.user),
                   {},
                   "it is not root and cannot use sudo without a password",
                   {},
                   "log in as root (`ssh: {user: root}`), allow sudo without a password, or "
                   "install Docker yourself and add the user to the group docker"});
  }
  Phase phase;
  phase.id = "bootstrap";
  phase.variables = phase_variables(config);
  phase.steps = {{"install-docker", "install Docker", Command{"alone", "install_docker"}},
                 {"start-docker", "start Docker", Command{"alone", "start_docker"}},
                 {"docker-group", "let the user talk to Docker", Command{"join_docker_group"}}};
  return phase;
}

Phase plan_database_status(const Config& config) {
  Phase phase;
  phase.id = "db-status";
  phase.variables = phase_variables(config);
  phase.steps.push_back(
      {"positions", "compare the replica with the databases",
       Command{"sidecar_facts", sidecar_name(config)}.args(replicated_paths(config))});
  return phase;
}

}  // namespace liteship
