#include <algorithm>
#include <set>

#include "cli/server.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

/// "serves", "kept" (rollback can go there) or "". It is the last release of a version that stands:
/// `told` has those that newer lines were about.
std::string standing(const LedgerEntry& entry, const std::string& serving,
                     const std::vector<Version>& kept, std::set<Version>& told) {
  if (entry.status != "released" || !told.insert(entry.version).second) return "";
  if (entry.version.text == serving) return "serves";
  return std::find(kept.begin(), kept.end(), entry.version) == kept.end() ? "" : "kept";
}

std::string outcome(const LedgerEntry& entry) {
  if (entry.status == "released") return entry.action;
  return entry.reason.empty() ? entry.status : entry.status + ": " + entry.reason;
}

nlohmann::ordered_json entry_json(const LedgerEntry& entry, const std::string& standing) {
  return {{"version", entry.version.text},
          {"action", entry.action},
          {"status", entry.status},
          {"failed_step", entry.failed_step},
          {"reason", entry.reason},
          {"by", entry.by},
          {"subject", entry.subject},
          {"cutover", entry.cutover},
          {"snapshot", entry.snapshot},
          {"started", format_time(entry.started)},
          {"finished", format_time(entry.finished)},
          {"dirty", entry.dirty},
          {"standing", standing}};
}

int run_releases(const CommandLine&, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto facts = run_inspect(server.session());
  const auto* running = facts.running(server.config().primary_role().name);
  const auto serving = running == nullptr ? "" : running->version;
  const auto kept = rollback_versions(server.config(), facts);
  std::vector<TableRow> rows = {{"VERSION", "WHEN", "WHAT", "STANDING", "BY", "SUBJECT"}};
  auto json = nlohmann::ordered_json::array();
  std::set<Version> told;
  for (auto entry = facts.ledger.rbegin(); entry != facts.ledger.rend(); ++entry) {
    const auto place = standing(*entry, serving, kept, told);
    rows.push_back({entry->version.brief(), format_age(entry->finished, environment.seams.now()),
                    outcome(*entry), place, entry->by, entry->subject});
    json.push_back(entry_json(*entry, place));
  }
  environment.reporter.answer(rows.size() == 1 ? "no releases yet" : render_table(rows),
                              print_json(json));
  return 0;
}

}  // namespace

void add_releases(CLI::App& tree, CommandLine& line) {
  add_verb(
      tree, line, "releases", "List the releases of this server",
      {.about =
           "Newest first. `serves` takes traffic now; `deploy rollback` can go to what is `kept`.",
       .examples = {"deploy releases", "deploy releases --json"}},
      run_releases)
      .group(release_group);
}

}  // namespace liteship
