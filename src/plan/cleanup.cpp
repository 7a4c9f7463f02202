// Kamal's hidden verbs: each is one step of a `remove`, for the scripts that call them. Nothing
// here takes away what still runs.

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

Phase begin(const Config& config) {
  Phase phase;
  phase.id = "cleanup";
  phase.variables = phase_variables(config);
  return phase;
}

void add_step(Phase& phase, std::string id, std::string title, Command command) {
  phase.steps.push_back({std::move(id), std::move(title), std::move(command)});
}

Error in_the_way(std::string what, std::string help) {
  return Error(ErrorKind::usage, Diagnostic{std::move(what), {}, {}, {}, std::move(help)});
}

void add_containers(Phase& phase, const std::vector<std::string>& names) {
  if (names.empty()) return;
  add_step(phase, "containers", fmt::format("remove {} stopped containers", names.size()),
           Command{"prune", join(names, " "), ""});
}

void remove_stopped(Phase& phase, const Facts& facts) {
  std::vector<std::string> names;
  for (const Container& c : facts.containers) {
    if (!c.running) names.push_back(c.name);
  }
  add_containers(phase, names);
}

void remove_version(Phase& phase, const std::string& version, const Facts& facts) {
  std::vector<std::string> names;
  for (const Container& c : facts.containers) {
    if (c.version != version) continue;
    if (c.running) {
      throw in_the_way(fmt::format("`{}` still runs", c.name),
                       "release another version, or run `deploy app stop`");
    }
    names.push_back(c.name);
  }
  if (names.empty()) {
    throw in_the_way(fmt::format("there is no container of version `{}`", version),
                     "`deploy app containers` shows them; a version is to be given whole");
  }
  add_containers(phase, names);
}

void remove_directories(Phase& phase, const Config& config, const Facts& facts) {
  if (!facts.containers.empty()) {
    throw in_the_way(fmt::format("`{}` still has containers on the server", config.app_name()),
                     "run `deploy app remove` first");
  }
  const std::string image = tool_image(facts, proxy_boot(config, facts).image);
  for (const char* parent : {"apps", "proxy/apps-config"}) {
    const std::string path = fmt::format("{}/.kamal/{}/{}", facts.home, parent, config.app_name());
    add_step(phase, parent == std::string("apps") ? "app" : "proxy", "remove " + path,
             Command{"remove_directory", image, path});
  }
}

}  // namespace

Phase plan_cleanup(const Config& config, Cleanup what, const std::string& version,
                   const Facts& facts) {
  Phase phase = begin(config);
  switch (what) {
    case Cleanup::containers:
      remove_stopped(phase, facts);
      break;
    case Cleanup::version:
      remove_version(phase, version, facts);
      break;
    case Cleanup::images:
      add_step(phase, "images", "remove images that no container has",
               Command{"prune_images", config.service, image_repository(config)});
      break;
    case Cleanup::directories:
      remove_directories(phase, config, facts);
      break;
  }
  return phase;
}

Phase plan_proxy_cleanup(const Config& config, ProxyAction action, const Facts& facts) {
  Phase phase = begin(config);
  const bool there = facts.proxy && !facts.proxy->image.empty();
  if (action == ProxyAction::remove_image) {
    const std::string image = there ? facts.proxy->image : proxy_boot(config, facts).image;
    add_step(phase, "image", "remove " + image, Command{"remove_image", image});
  } else if (action == ProxyAction::remove_directory) {
    if (there) {
      throw in_the_way("the proxy has its files there", "run `deploy proxy remove` first");
    }
    add_step(
        phase, "directory", "remove .kamal/proxy",
        Command{"remove_directory", proxy_boot(config, facts).image, facts.home + "/.kamal/proxy"});
  } else if (there) {
    if (facts.proxy->running) {
      throw in_the_way("the proxy still runs", "run `deploy proxy stop` first");
    }
    add_step(phase, "proxy", "remove kamal-proxy",
             Command{"alone", "stop_and_remove", "0", "kamal-proxy"});
  }
  return phase;
}

}  // namespace liteship
