// `upgrade` and `proxy upgrade`: from a server of Kamal 1 to one of Kamal 2.

#include <fmt/format.h>

#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

enum class Reach { all, proxy };

template <Reach reach>
int run_upgrade_verb(const CommandLine& line, Environment& environment) {
  const bool all = reach == Reach::all;
  Server server(environment, all ? Needs::everything : Needs::secrets);
  server.require_every_role();
  const Config& config = server.config();
  confirm(
      environment,
      fmt::format("Replace Traefik on {} by kamal-proxy and start the app{} anew? "
                  "It is away for some seconds.",
                  config.host, all && !config.accessories.empty() ? " and its accessories" : ""));
  auto options = release_options_of(line.release, environment, server.project(), Action::deploy);
  if (all && !config.accessories.empty()) {
    options.accessories =
        read_accessories(environment, server.secrets(), choose_accessories(config, "all"));
  }
  return answer_change(environment, run_upgrade(server.session(), options),
                       {.done = "kamal-proxy serves in Traefik's place",
                        .nothing = "nothing to do: the server has no Traefik of Kamal 1"});
}

void add_options(CLI::App& verb, CommandLine& line) {
  add_change_options(verb, line.release);
  verb.add_flag("--rolling", line.part.rolling, "Kamal's; there is one server anyway");
}

}  // namespace

void add_upgrade(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(
      tree, line, "upgrade", "From Kamal 1 to Kamal 2: kamal-proxy in Traefik's place",
      {.about =
           "Traefik stops, kamal-proxy starts, the app and its accessories get new containers in\n"
           "its network. When the app does not come up there Traefik serves again. A deploy.yml "
           "of\n"
           "Kamal 1 is refused with each key's new form.",
       .examples = {"deploy upgrade", "deploy upgrade --yes"}},
      run_upgrade_verb<Reach::all>);
  verb.group(app_group);
  add_options(verb, line);
}

void add_proxy_upgrade(CLI::App& proxy, CommandLine& line) {
  auto& verb = add_verb(proxy, line, "upgrade", "`deploy upgrade` without the accessories", {},
                        run_upgrade_verb<Reach::proxy>);
  verb.group(hidden_group);
  add_options(verb, line);
}

}  // namespace liteship
