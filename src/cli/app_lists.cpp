// `app details/containers/images/version/stale_containers/remove`.

#include <fmt/format.h>

#include <algorithm>

#include "cli/change.h"
#include "cli/container_text.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;
using Containers = std::vector<const Container*>;

bool is_of(const Config& config, const Container& container) {
  return std::any_of(config.roles.begin(), config.roles.end(),
                     [&](const Role& role) { return role.name == container.role; });
}

void show_containers(const Environment& environment, const Containers& containers) {
  std::vector<TableRow> rows = {{"CONTAINER", "ROLE", "STATE", "IMAGE"}};
  auto json = Json::array();
  for (const Container* c : containers) {
    rows.push_back({c->name, c->role, describe_state(c), c->reference});
    json.push_back(container_json(c));
  }
  environment.reporter.answer(render_table(rows), print_json(json));
}

enum class Which { all, running };

template <Which which>
int run_list(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const Config chosen = server.chosen();
  const auto facts = run_inspect(server.session());
  Containers found;
  for (const Container& c : facts.containers) {
    if (is_of(chosen, c) && (which == Which::all || c.running)) found.push_back(&c);
  }
  show_containers(environment, found);
  return 0;
}

int run_app_version(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto facts = run_inspect(server.session());
  const Config chosen = server.chosen();
  std::string text;
  auto json = Json::object();
  for (const Role& role : chosen.roles) {
    const Container* now = facts.running(role.name);
    const std::string version = now == nullptr ? "-" : now->version;
    text += chosen.roles.size() == 1 ? version : fmt::format("{}: {}\n", role.name, version);
    json[role.name] = now == nullptr ? Json() : Json(version);
  }
  environment.reporter.answer(text, print_json(json));
  return 0;
}

int run_images(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  return stream_command(environment, server.host(), images_command(server.config()), "images",
                        Passed::printable);
}

int run_stale(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const Config chosen = server.chosen();
  if (line.part.stop) {
    return run_change(
        line, environment, server,
        [&](const Facts& facts) { return plan_stop_stale(chosen, facts); },
        {.done = "stale containers are stopped", .nothing = "no stale container runs"});
  }
  const auto facts = run_inspect(server.session());
  show_containers(environment, stale_containers(chosen, facts));
  return 0;
}

int run_app_remove(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto& config = server.config();
  confirm(environment, fmt::format("Remove the containers and images of {} from {}?",
                                   config.app_name(), config.host));
  return run_change(
      line, environment, server,
      [&](const Facts& facts) { return plan_remove(config, Removal::app, facts); },
      {.done = fmt::format("{} is gone from {}; its data, accessories and the proxy stay",
                           config.app_name(), config.host),
       .nothing = fmt::format("there is nothing of {} on {}", config.app_name(), config.host)});
}

}  // namespace

void add_app_lists(CLI::App& app, CommandLine& line) {
  add_verb(app, line, "details", "Show the app's running containers",
           {.examples = {"deploy app details"}}, run_list<Which::running>);
  add_verb(app, line, "containers", "Show all containers of the app, those kept for rollback too",
           {.examples = {"deploy app containers"}}, run_list<Which::all>);
  add_verb(app, line, "images", "Show the app's images on the server",
           {.examples = {"deploy app images"}}, run_images);
  add_verb(app, line, "version", "Show the version that serves",
           {.examples = {"deploy app version", "deploy app version --json"}}, run_app_version);
  auto& stale =
      add_verb(app, line, "stale_containers", "Show running containers beside the one that serves",
               {.examples = {"deploy app stale_containers", "deploy app stale_containers --stop"}},
               run_stale);
  stale.add_flag("-s,--stop", line.part.stop, "Stop them");
  add_change_options(stale, line.release);
  auto& remove = add_verb(
      app, line, "remove", "Remove the app's containers and images",
      {.about = "Volumes, snapshots, accessories and the proxy stay. `deploy remove` removes more.",
       .examples = {"deploy app remove", "deploy app remove --yes"}},
      run_app_remove);
  add_change_options(remove, line.release);
}

}  // namespace liteship
