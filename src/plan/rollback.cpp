// Back to a container that is still there: it starts as it was, with its own environment.

#include <fmt/core.h>

#include <algorithm>

#include "plan/cutover.h"
#include "plan/pieces.h"
#include "plan/prepare.h"

namespace liteship {
namespace {

const Container* retained(const Config& config, const Facts& facts, const Role& role,
                          const Version& version) {
  const std::string name = container_name(config, role, version);
  for (const Container& c : facts.containers) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

bool was_released(const Facts& facts, const std::string& version) {
  // A server that Kamal has used has containers without ledger lines: they did serve.
  const auto of_version = [&](const LedgerEntry& e) { return e.version.text == version; };
  if (std::none_of(facts.ledger.begin(), facts.ledger.end(), of_version)) return true;
  return std::any_of(facts.ledger.begin(), facts.ledger.end(),
                     [&](const LedgerEntry& e) { return of_version(e) && e.status == "released"; });
}

// The ledger's line of the last release of a version, from 1; 0 when it has none. Its times are not
// asked: the server's clock may have been set back.
std::size_t last_release(const Facts& facts, const std::string& version) {
  const auto line = std::find_if(facts.ledger.rbegin(), facts.ledger.rend(), [&](const auto& e) {
    return e.version.text == version && e.status == "released";
  });
  return static_cast<std::size_t>(facts.ledger.rend() - line);
}

std::vector<std::string> possible(const Config& config, const Facts& facts) {
  std::vector<std::string> notes;
  for (const Version& version : rollback_versions(config, facts)) {
    std::string subject;
    for (const LedgerEntry& e : facts.ledger) {
      if (e.version == version && e.status == "released") subject = e.subject;
    }
    notes.push_back(
        fmt::format("possible: {}{}", version.text, subject.empty() ? "" : "  " + subject));
  }
  return notes;
}

Version choose(const Config& config, const Request& request, const Facts& facts) {
  const std::vector<Version> versions = rollback_versions(config, facts);
  if (request.version.text.empty()) {
    if (!versions.empty()) return versions.front();
    throw Error(ErrorKind::usage,
                Diagnostic{"there is no release to go back to",
                           {},
                           "no stopped container of an earlier release is on the server",
                           {},
                           "`deploy releases` lists what was released"});
  }
  std::vector<Version> matches;
  std::copy_if(versions.begin(), versions.end(), std::back_inserter(matches),
               [&](const Version& v) { return v.text.starts_with(request.version.text); });
  if (matches.size() == 1) return matches.front();
  const std::string reason = matches.empty() ? "no container of it is on the server"
                                             : "more than one retained version begins like that";
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("cannot roll back to `{}`", request.version.text),
                         {},
                         reason,
                         possible(config, facts),
                         versions.empty() ? "check it out and run `deploy` to release it again"
                                          : "name one of these, or nothing for the first"});
}

// A rollback that was interrupted after it had happened is run again and must end well.
bool serves_already(const Config& config, const Request& request, const Facts& facts) {
  const Container* now = facts.running(config.primary_role().name);
  if (now == nullptr || request.version.text.empty()) return false;
  const std::vector<Version> others = rollback_versions(config, facts);
  return now->version.starts_with(request.version.text) &&
         std::none_of(others.begin(), others.end(),
                      [&](const Version& v) { return v.text.starts_with(request.version.text); });
}

}  // namespace

std::vector<Version> rollback_versions(const Config& config, const Facts& facts) {
  const Role& primary = config.primary_role();
  const Container* now = facts.running(primary.name);
  std::vector<Version> versions;
  for (const Container& c : facts.containers) {  // newest first
    if (c.role != primary.name || c.running || c.version.empty()) continue;
    if (now != nullptr && c.version == now->version) continue;
    if (c.name != container_name(config, primary, Version{c.version})) continue;  // displaced
    if (!was_released(facts, c.version)) continue;
    versions.push_back(Version{c.version});
  }
  // "The release before this one" is the one that served last, not the container made last.
  std::stable_sort(versions.begin(), versions.end(), [&](const Version& a, const Version& b) {
    return last_release(facts, a.text) > last_release(facts, b.text);
  });
  return versions;
}

Plan plan_rollback(const Config& config, const Request& request, const Facts& facts) {
  Request to = request;
  to.action = Action::rollback;
  Plan plan;
  if (serves_already(config, request, facts)) {
    plan.version.text = facts.running(config.primary_role().name)->version;
    plan.prepare = plan_prepare(config, {}, to, facts);
    plan.nothing_to_do = plan.prepare.steps.empty();
    return plan;
  }
  to.version = choose(config, request, facts);
  plan.version = to.version;
  CutoverInput input;
  for (const Role& role : config.roles) {
    const Container* container = retained(config, facts, role, to.version);
    if (container == nullptr) continue;  // the role is newer than that release
    const Container* now = facts.running(role.name);
    RoleChange change;
    change.role = &role;
    change.name = container->name;
    change.image = container->reference;
    change.start = Command{"restart_container", container->name};
    if (now != nullptr) change.old = now->name;
    if (now != nullptr) change.old_version = now->version;
    input.changes.push_back(std::move(change));
  }
  for (const Container& c : facts.containers) {
    if (c.running) input.stop.push_back(c.name);
  }
  plan.cutover = input.changes.front().old.empty() ? Cutover::overlap : config.cutover();
  plan.prepare = plan_prepare(config, {}, to, facts);
  input.ledger_released = ledger_line(to, plan, "released", "");
  input.ledger_failed = ledger_line(to, plan, "failed", "");
  input.audit = "Rolled back to version " + to.version.text;
  plan.release = plan_cutover(config, to, facts, plan.cutover, input);
  Phase& first = plan.prepare.steps.empty() ? plan.release : plan.prepare;
  first.files = error_page_files(config, to, plan.version);
  return plan;
}

}  // namespace liteship
