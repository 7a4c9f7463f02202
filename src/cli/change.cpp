#include "cli/change.h"

#include "cli/release_report.h"
#include "support/json.h"

namespace liteship {

int run_change(const CommandLine& line, Environment& environment, Server& server,
               const std::function<Phase(const Facts&)>& plan, const ChangeWords& words) {
  const auto options =
      release_options_of(line.release, environment, server.project(), Action::deploy);
  return answer_change(environment, run_locked(server.session(), options, plan), words);
}

int answer_change(const Environment& environment, bool ran, const ChangeWords& words) {
  if (environment.options.dry_run && !environment.options.json) return 0;
  const auto& said = ran || words.nothing.empty() ? words.done : words.nothing;
  environment.reporter.answer(said, print_json(nlohmann::json(said)));
  return 0;
}

}  // namespace liteship
