// From Kamal 1 to Kamal 2: Traefik's container goes, kamal-proxy comes. It stays, stopped, until
// the app serves behind the new one, so that there is a way back.

#include "plan/pieces.h"

namespace liteship {
namespace {

constexpr const char* name = "traefik";

void step(Phase& phase, std::string id, std::string title, Command command) {
  phase.steps.push_back({std::move(id), std::move(title), std::move(command)});
}

const Command start_again{"start_again", name};
const Command remove_proxy{"alone", "stop_and_remove", "10", "kamal-proxy"};

bool has_proxy(const Facts& facts) { return facts.proxy && facts.proxy->running; }

void make_room(Phase& phase, const Config& config, const Facts& facts) {
  if (facts.traefik->running) {
    step(phase, "traefik", "stop Traefik", Command{"stop_containers", "10", name});
  }
  add_proxy(phase, config, facts);
  // The ports are free again before Traefik takes them.
  if (!has_proxy(facts)) phase.undo.push_back({"proxy", "remove kamal-proxy", remove_proxy});
  phase.undo.push_back({"traefik", "start Traefik", start_again});
}

}  // namespace

Phase plan_traefik(const Config& config, TraefikAction action, const Facts& facts) {
  Phase phase;
  phase.id = "upgrade";
  phase.variables = phase_variables(config);
  if (!facts.traefik) return phase;
  switch (action) {
    case TraefikAction::make_room:
      make_room(phase, config, facts);
      break;
    case TraefikAction::remove:
      step(phase, "traefik", "remove Traefik", Command{"stop_and_remove", "0", name});
      step(phase, "image", "remove its image", Command{"remove_image", facts.traefik->reference});
      break;
    case TraefikAction::bring_back:
      if (!has_proxy(facts)) step(phase, "proxy", "remove kamal-proxy", remove_proxy);
      step(phase, "traefik", "start Traefik", start_again);
      break;
  }
  return phase;
}

}  // namespace liteship
