// `app start/stop/restart/boot` and `remove`.

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

Phase begin(const Config& config, const char* id) {
  Phase phase;
  phase.id = id;
  phase.variables = phase_variables(config);
  return phase;
}

Error nothing_there(const Config& config) {
  return Error(ErrorKind::usage,
               Diagnostic{fmt::format("`{}` has no container on the server", config.app_name()),
                          {},
                          "it was never released there, or removed",
                          {},
                          "run `deploy setup`"});
}

void add_stop(Phase& phase, const Config& config, const Role& role, const Container& c) {
  if (role.proxy) {
    phase.steps.push_back({"route-" + role.name, "take " + role.name + " off the proxy",
                           Command{"remove_route", proxy_service(config, role)}});
  }
  phase.steps.push_back({"stop-" + role.name, "stop " + c.name,
                         Command{"stop_containers", stop_seconds(config, role), c.name}});
}

void add_start(Phase& phase, const Config& config, const Role& role, const Container& c) {
  phase.steps.push_back(
      {"start-" + role.name, "start " + c.name, Command{"restart_container", c.name}});
  if (!role.proxy) return;
  phase.steps.push_back({"swap-" + role.name, "wait until it is healthy",
                         with_pages(config, c.version,
                                    Command{"hand_over", c.name, proxy_service(config, role),
                                            std::to_string(role.proxy->app_port.number)}
                                        .args(deploy_flags(config, role)))});
}

}  // namespace

const Container* current_container(const Config& config, const Role& role, const Facts& facts) {
  if (const Container* c = facts.running(role.name)) return c;
  for (auto e = facts.ledger.rbegin(); e != facts.ledger.rend(); ++e) {
    if (e->status != "released") continue;
    for (const Container& c : facts.containers) {
      if (c.name == container_name(config, role, e->version)) return &c;
    }
  }
  for (const Container& c : facts.containers) {
    if (c.role == role.name) return &c;
  }
  return nullptr;
}

Phase plan_app(const Config& config, AppAction action, const Facts& facts) {
  Phase phase = begin(config, "app");
  bool found = false;
  for (const Role& role : config.roles) {
    const Container* c = current_container(config, role, facts);
    if (c == nullptr) continue;
    found = true;
    if (action == AppAction::stop || action == AppAction::restart)
      add_stop(phase, config, role, *c);
    if (action == AppAction::start || action == AppAction::restart)
      add_start(phase, config, role, *c);
  }
  if (!found) throw nothing_there(config);
  return phase;
}

Phase plan_remove(const Config& config, const Facts& facts) {
  Phase phase = begin(config, "remove");
  for (const Role* role : roles_with_proxy(config)) {
    if (!facts.proxy || !facts.proxy->running) continue;
    phase.steps.push_back({"route-" + role->name, "take " + role->name + " off the proxy",
                           Command{"remove_route", proxy_service(config, *role)}});
  }
  std::vector<std::string> names;
  std::vector<std::string> images;
  for (const Container& c : facts.containers) {
    names.push_back(c.name);
    if (std::find(images.begin(), images.end(), c.reference) == images.end())
      images.push_back(c.reference);
  }
  if (facts.sidecar) {
    phase.steps.push_back({"replicator", "stop the replicator after its last sync",
                           Command{"stop_containers", "45", facts.sidecar->name}});
    names.push_back(facts.sidecar->name);
  }
  if (!names.empty()) {
    phase.steps.push_back({"containers", fmt::format("remove {} containers", names.size()),
                           Command{"stop_and_remove", "10"}.args(names)});
  }
  if (!images.empty()) {
    phase.steps.push_back({"images", fmt::format("remove {} images", images.size()),
                           Command{"prune", "", join(images, " ")}});
  }
  // Whether another app uses it is seen there and then: that one may be removed at the same time.
  if (facts.proxy) {
    phase.steps.push_back({"proxy", "remove kamal-proxy unless another app uses it",
                           Command{"alone", "remove_idle_proxy"}});
  }
  phase.steps.push_back({"directory", "remove what is ours but the snapshots",
                         Command{"forget_app", home_volume(config)}});
  return phase;
}

}  // namespace liteship
