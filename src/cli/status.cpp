#include <fmt/format.h>

#include "cli/container_text.h"
#include "cli/server.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

TableRow container_row(const std::string& part, const Container* container) {
  if (container == nullptr) return {part, "-", describe_state(container), ""};
  const auto version = container->version.empty() ? container->reference : container->version;
  return {part, Version{version}.brief(), describe_state(container), container->name};
}

/// The last release when it failed: what serves is older than what somebody wanted.
const LedgerEntry* last_failure(const Facts& facts) {
  if (facts.ledger.empty() || facts.ledger.back().status != "failed") return nullptr;
  return &facts.ledger.back();
}

Json failure_json(const LedgerEntry* failed) {
  if (failed == nullptr) return nullptr;
  return {
      {"version", failed->version.text}, {"step", failed->failed_step}, {"reason", failed->reason}};
}

std::string describe_facts(const Config& config, const Facts& facts) {
  std::vector<TableRow> rows = {{"PART", "VERSION", "STATE", "CONTAINER"}};
  for (const auto& role : config.roles) {
    rows.push_back(container_row(role.name, current_container(config, role, facts)));
  }
  for (const auto& accessory : config.accessories) {
    const Container* container = container_of(accessory, facts);
    rows.push_back({accessory.name, accessory.image, describe_state(container), accessory.service});
  }
  if (facts.proxy) {
    rows.push_back(
        {"proxy", facts.proxy->image, facts.proxy->running ? "running" : "stopped", "kamal-proxy"});
  }
  if (facts.sidecar) rows.push_back(container_row("replicator", &*facts.sidecar));
  auto text = render_table(rows);
  if (const LedgerEntry* failed = last_failure(facts); failed != nullptr) {
    text += fmt::format("the last release, of {}, failed in step `{}` ({})\n",
                        failed->version.brief(), failed->failed_step, failed->reason);
  }
  if (facts.interrupted) {
    text += fmt::format("the release of {} ended without a word: run `deploy` again\n",
                        Version{*facts.interrupted}.brief());
  }
  return text + fmt::format("{} on {}, {} free\n", config.app_name(), config.host,
                            format_bytes(facts.disk_free));
}

std::string facts_json(const Config& config, const Facts& facts) {
  auto roles = Json::object();
  for (const auto& role : config.roles) {
    roles[role.name] = container_json(current_container(config, role, facts));
  }
  auto accessories = Json::object();
  for (const auto& accessory : config.accessories) {
    accessories[accessory.name] = container_json(container_of(accessory, facts));
  }
  Json proxy;
  if (facts.proxy) proxy = {{"image", facts.proxy->image}, {"running", facts.proxy->running}};
  Json interrupted;
  if (facts.interrupted) interrupted = *facts.interrupted;
  return print_json(Json({{"app", config.app_name()},
                          {"host", config.host},
                          {"docker", facts.docker.version},
                          {"roles", roles},
                          {"accessories", accessories},
                          {"proxy", proxy},
                          {"replicator", container_json(facts.sidecar ? &*facts.sidecar : nullptr)},
                          {"interrupted", interrupted},
                          {"last_failure", failure_json(last_failure(facts))},
                          {"disk_free", facts.disk_free}}));
}

int run_status(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto facts = run_inspect(server.session());
  environment.reporter.answer(describe_facts(server.config(), facts),
                              facts_json(server.config(), facts));
  return 0;
}

}  // namespace

void add_status(CLI::App& tree, CommandLine& line) {
  add_verb(tree, line, "status", "Show what runs on the server",
           {.examples = {"deploy status", "deploy status --json"}}, run_status)
      .alias("details")
      ->group(look_group);
}

}  // namespace liteship
