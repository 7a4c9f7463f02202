// Answers of a server, `NAME VALUE` one a line, and what is planned from them.
#include <algorithm>
#include <span>

#include "fuzz/fuzz.h"
#include "liteship/plan.h"
#include "liteship/release.h"
#include "liteship/script.h"
#include "liteship/sqlite.h"
#include "unit/plan/samples.h"

namespace liteship::fuzz {
namespace {

template <class Planned>
void may_refuse(Planned plan) {
  try {
    plan();
  } catch (const Error&) {
  }
}

void plan_all(const Config& config, const Facts& facts) {
  may_refuse([&] {
    const Plan plan = plan_release(config, {}, samples::request("3ccc"), facts);
    (void)render_phase(plan.prepare);
    (void)render_detached(plan.release);
  });
  may_refuse([&] { (void)render_detached(plan_rollback(config, {}, facts).release); });
  may_refuse([&] { (void)render_phase(plan_bootstrap(config, facts)); });
  may_refuse([&] { (void)render_phase(plan_app(config, AppAction::restart, facts)); });
  (void)render_phase(plan_remove(config, Removal::everything, facts));
  (void)rollback_versions(config, facts);
}

}  // namespace

void run(std::string_view input) {
  std::vector<FactFound> found;
  for (const std::string& line : split(input, '\n')) {
    if (line.find('\0') != std::string::npos) continue;  // no event holds one
    const std::size_t space = std::min(line.find(' '), line.size());
    found.push_back({line.substr(0, space), line.substr(std::min(space + 1, line.size()))});
  }
  constexpr std::size_t described = 20;  // the others are the same to these functions
  for (const FactFound& fact : std::span(found).first(std::min(found.size(), described))) {
    (void)describe_holder(fact.value, 1'700'000'000);
    may_refuse([&] { (void)render_status({parse_database_status(fact)}, 1'700'000'000); });
    may_refuse([&] { (void)status_json({parse_database_status(fact)}); });
  }
  const Facts facts = parse_facts(found);
  plan_all(samples::config(), facts);
  plan_all(samples::config_with_data(), facts);
}

}  // namespace liteship::fuzz
