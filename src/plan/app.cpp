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

bool has_route(const Facts& facts, const std::string& name) {
  return facts.proxy && facts.proxy->running && service_of(facts, name) != nullptr;
}

std::string traffic_title(const Traffic& traffic, const std::string& name) {
  switch (traffic.action) {
    case TrafficAction::pause:
      return "hold requests for " + name;
    case TrafficAction::maintenance:
      return "answer requests for " + name + " with the maintenance page";
    case TrafficAction::resume:
    case TrafficAction::live:
      break;
  }
  return "let requests through to " + name;
}

Command traffic_command(const Config& config, const Traffic& traffic, const Role& role,
                        const Facts& facts) {
  const std::string name = proxy_service(config, role);
  const std::string drain = fmt::format("--drain-timeout={}s", traffic.drain.count());
  if (traffic.action == TrafficAction::pause) {
    return Command{"hold_traffic", "pause", name, drain,
                   fmt::format("--max-pause={}s", traffic.longest.count())};
  }
  if (traffic.action == TrafficAction::maintenance) {
    Command command{"hold_traffic", "stop", name, drain};
    if (!traffic.message.empty()) command.arg("--message=" + traffic.message);
    return command;
  }
  const Container* target = current_container(config, role, facts);
  if (target == nullptr) throw nothing_there(config);
  return Command{"let_through", name, target->name, std::to_string(role.proxy->app_port.number)}
      .args(deploy_flags(config, role));
}

}  // namespace

const Container* serving_container(const Config& config, const Role& role, const Facts& facts) {
  const ProxyService* service = service_of(facts, proxy_service(config, role));
  const Container* behind = service == nullptr ? nullptr : container_behind(*service, facts);
  return behind == nullptr ? current_container(config, role, facts) : behind;
}

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

Phase plan_traffic(const Config& config, const Traffic& traffic, const Facts& facts) {
  Phase phase = begin(config, "traffic");
  for (const Role* role : roles_with_proxy(config)) {
    const std::string name = proxy_service(config, *role);
    if (!has_route(facts, name)) continue;
    const Command what = traffic_command(config, traffic, *role, facts);
    phase.steps.push_back({"traffic-" + role->name, traffic_title(traffic, name), what});
  }
  if (!phase.steps.empty()) return phase;
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("the proxy sends no requests to `{}`", config.app_name()),
                         {},
                         "no role has a route, or the proxy does not run",
                         {},
                         "run `deploy status`"});
}

std::vector<const Container*> stale_containers(const Config& config, const Facts& facts) {
  std::vector<const Container*> stale;
  for (const Role& role : config.roles) {
    const Container* current = serving_container(config, role, facts);
    for (const Container& c : facts.containers) {
      if (c.role == role.name && c.running && &c != current) stale.push_back(&c);
    }
  }
  return stale;
}

Phase plan_stop_stale(const Config& config, const Facts& facts) {
  Phase phase = begin(config, "app");
  std::vector<std::string> names;
  for (const Container* c : stale_containers(config, facts)) names.push_back(c->name);
  if (names.empty()) return phase;
  phase.steps.push_back(
      {"stop", "stop " + join(names, ", "),
       Command{"stop_containers", stop_seconds(config, config.primary_role())}.args(names)});
  return phase;
}

}  // namespace liteship
