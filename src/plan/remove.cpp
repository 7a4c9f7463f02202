// What goes, and what stays: `remove`, `app remove`, `prune`.

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

void add_once(Words& words, const std::string& word) {
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

void step(Phase& phase, std::string id, std::string title, Command command) {
  phase.steps.push_back({std::move(id), std::move(title), std::move(command)});
}

void remove_routes(Phase& phase, const Config& config, Removal removal, const Facts& facts) {
  if (!facts.proxy || !facts.proxy->running) return;
  for (const Role* role : roles_with_proxy(config)) {
    step(phase, "route-" + role->name, "take " + role->name + " off the proxy",
         Command{"remove_route", proxy_service(config, *role)});
  }
  if (removal == Removal::app) return;
  for (const Accessory& accessory : config.accessories) {
    if (accessory.proxy) phase.steps.push_back(leave_step(accessory));
  }
}

// Only containers and images: what an accessory has written stays.
void remove_accessories(Phase& phase, const Config& config, const Facts& facts) {
  for (const Accessory& accessory : config.accessories) {
    if (container_of(accessory, facts) == nullptr) continue;
    phase.steps.push_back(remove_step(accessory));
    phase.steps.push_back(forget_secrets_step(config, accessory));
  }
}

}  // namespace

Phase plan_remove(const Config& config, Removal removal, const Facts& facts) {
  Phase phase;
  phase.id = "remove";
  phase.variables = phase_variables(config);
  remove_routes(phase, config, removal, facts);
  Words names;
  Words images;
  for (const Container& c : facts.containers) {
    names.push_back(c.name);
    add_once(images, c.reference);
  }
  if (facts.sidecar) {
    step(phase, "replicator", "stop the replicator after its last sync",
         Command{"stop_containers", "45", facts.sidecar->name});
    names.push_back(facts.sidecar->name);
  }
  if (!names.empty()) {
    step(phase, "containers", fmt::format("remove {} containers", names.size()),
         Command{"stop_and_remove", "10"}.args(names));
  }
  if (!images.empty()) {
    step(phase, "images", fmt::format("remove {} images", images.size()),
         Command{"prune", "", join(images, " ")});
  }
  if (removal == Removal::app) return phase;
  remove_accessories(phase, config, facts);
  // Whether another app uses it is seen there and then: that one may be removed at the same time.
  if (facts.proxy) {
    step(phase, "proxy", "remove kamal-proxy unless another app uses it",
         Command{"alone", "remove_idle_proxy"});
  }
  step(phase, "directory", "remove what is ours but the snapshots",
       Command{"forget_app", home_volume(config)});
  return phase;
}

std::vector<const Container*> old_containers(const Config& config, int retain, const Facts& facts) {
  std::vector<const Container*> old;
  for (const Role& role : config.roles) {
    int kept = 0;
    for (const Container& c : facts.containers) {
      if (c.role != role.name) continue;
      if (++kept <= retain || c.running) continue;
      old.push_back(&c);
    }
  }
  return old;
}

Phase plan_prune(const Config& config, Pruning pruning, int retain, const Facts& facts) {
  Phase phase;
  phase.id = "prune";
  phase.variables = phase_variables(config);
  if (pruning != Pruning::images) {
    Words names;
    // One of them runs: Kamal keeps so many beside it, as a release does.
    for (const Container* c : old_containers(config, retain + 1, facts)) names.push_back(c->name);
    if (!names.empty()) {
      step(phase, "containers", fmt::format("remove {} old containers", names.size()),
           Command{"prune", join(names, " "), ""});
    }
  }
  if (pruning != Pruning::containers) {
    step(phase, "images", "remove images that no container has",
         Command{"prune_images", config.service, image_repository(config)});
  }
  return phase;
}

}  // namespace liteship
