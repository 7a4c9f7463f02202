// `proxy …`: the one kamal-proxy of the server.

#include <fmt/format.h>

#include "cli/change.h"
#include "cli/release_report.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

ChangeWords words_of(ProxyAction action) {
  switch (action) {
    case ProxyAction::boot:
      return {.done = "the proxy runs", .nothing = "the proxy runs already"};
    case ProxyAction::reboot:
      return {.done = "the proxy runs anew"};
    case ProxyAction::start:
      return {.done = "the proxy is started"};
    case ProxyAction::stop:
      return {.done = "the proxy is stopped: no app of this server can be reached"};
    case ProxyAction::restart:
      return {.done = "the proxy is restarted"};
    case ProxyAction::remove:
    case ProxyAction::remove_by_force:
      return {.done = "the proxy is gone; its certificates stay in the volume kamal-proxy-config"};
    case ProxyAction::remove_container:
      return {.done = "the proxy's container is gone", .nothing = "the server has no proxy"};
    case ProxyAction::remove_image:
      return {.done = "the proxy has no image that nothing uses"};
    case ProxyAction::remove_directory:
      return {.done = "the proxy's directory is gone"};
  }
  return {};
}

void confirm_outage(const Environment& environment, ProxyAction action, const Config& config) {
  if (action == ProxyAction::reboot) {
    confirm(environment, fmt::format("Replace the proxy of {}? Every app behind it is away for the "
                                     "second that it takes.",
                                     config.host));
  }
  if (action == ProxyAction::remove || action == ProxyAction::remove_by_force) {
    confirm(environment, fmt::format("Remove the proxy of {}?", config.host));
  }
}

int run_action(const CommandLine& line, Environment& environment, ProxyAction action) {
  Server server(environment, Needs::connection);
  confirm_outage(environment, action, server.config());
  const auto options =
      release_options_of(line.release, environment, server.project(), Action::deploy);
  return answer_change(environment, run_proxy(server.session(), action, options), words_of(action));
}

template <ProxyAction action>
int run_simple(const CommandLine& line, Environment& environment) {
  return run_action(line, environment, action);
}

int run_proxy_remove(const CommandLine& line, Environment& environment) {
  const auto action = line.part.force ? ProxyAction::remove_by_force : ProxyAction::remove;
  return run_action(line, environment, action);
}

const char* state_of(const ProxyService& service) {
  if (service.stopped) return "maintenance";
  return service.paused ? "paused" : "serving";
}

int run_proxy_details(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto facts = run_inspect(server.session());
  if (!facts.proxy || facts.proxy->image.empty()) {
    environment.reporter.answer("the server has no proxy", "null");
    return 0;
  }
  const ProxyFacts& proxy = *facts.proxy;
  std::vector<TableRow> rows = {{"ROUTE", "STATE", "TARGET"}};
  auto routes = Json::array();
  for (const ProxyService& service : proxy.services) {
    rows.push_back({service.name, state_of(service), join(service.targets, ", ")});
    routes.push_back(
        {{"name", service.name}, {"state", state_of(service)}, {"targets", service.targets}});
  }
  const auto text = fmt::format("kamal-proxy: {}, {}\n{}", proxy.image,
                                proxy.running ? "running" : "stopped", render_table(rows));
  environment.reporter.answer(
      text,
      print_json(Json({{"image", proxy.image}, {"running", proxy.running}, {"routes", routes}})));
  return 0;
}

int run_proxy_logs(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  return stream_command(environment, server.host(), proxy_logs_command(log_options_of(line.logs)),
                        "logs");
}

void add_proxy_changes(CLI::App& group, CommandLine& line) {
  const auto add = [&](const char* name, const char* summary, HelpText help, auto run) {
    auto& verb = add_verb(group, line, name, summary, std::move(help), run);
    add_change_options(verb, line.release);
    return &verb;
  };
  add("boot", "Start the proxy where it does not run", {.examples = {"deploy proxy boot"}},
      run_simple<ProxyAction::boot>);
  auto* reboot =
      add("reboot", "Replace the proxy's container, with today's `proxy: run:`",
          {.about = "Routes and certificates stay. No app can be reached for about a second.",
           .examples = {"deploy proxy reboot", "deploy proxy reboot --yes"}},
          run_simple<ProxyAction::reboot>);
  reboot->add_flag("--rolling", line.part.rolling, "Kamal's; there is one server anyway");
  add("start", "Start the proxy's container", {.examples = {"deploy proxy start"}},
      run_simple<ProxyAction::start>);
  add("stop", "Stop the proxy's container: every app is away", {.examples = {"deploy proxy stop"}},
      run_simple<ProxyAction::stop>);
  add("restart", "Stop the proxy's container and start it again",
      {.examples = {"deploy proxy restart"}}, run_simple<ProxyAction::restart>);
  add("remove", "Remove the proxy once nothing is behind it",
      {.examples = {"deploy proxy remove", "deploy proxy remove --force --yes"}}, run_proxy_remove)
      ->add_flag("--force", line.part.force, "Also when apps are behind it");
  add("remove_container", "Remove the proxy's stopped container", {},
      run_simple<ProxyAction::remove_container>)
      ->group(hidden_group);
  add("remove_image", "Remove the proxy's image", {}, run_simple<ProxyAction::remove_image>)
      ->group(hidden_group);
  add("remove_proxy_directory", "Remove the proxy's directory of files", {},
      run_simple<ProxyAction::remove_directory>)
      ->group(hidden_group);
}

}  // namespace

void add_proxy(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("proxy", "kamal-proxy: what every request comes through");
  group.require_subcommand(1)->group(app_group);
  line.help[&group] = {
      .about =
          "One container for every app of the server. Setup and releases start it by themselves.",
      .examples = {"deploy proxy details", "deploy proxy logs -f"}};
  add_proxy_changes(group, line);
  add_verb(group, line, "details", "Show the proxy and what is behind it",
           {.examples = {"deploy proxy details"}}, run_proxy_details);
  add_tail_options(add_verb(group, line, "logs", "Show the proxy's log: every request",
                            {.examples = {"deploy proxy logs --grep 502"}}, run_proxy_logs),
                   line.logs);
  add_boot_config(group, line);
  add_proxy_upgrade(group, line);
}

}  // namespace liteship
