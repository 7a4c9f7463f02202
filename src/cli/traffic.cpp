// `app maintenance/live/pause/resume`: what the proxy does with requests.

#include "cli/change.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

const char* done_words(TrafficAction action) {
  switch (action) {
    case TrafficAction::maintenance:
      return "requests get the maintenance page until `deploy app live`";
    case TrafficAction::live:
      return "the app answers requests again";
    case TrafficAction::pause:
      return "requests wait until `deploy app resume`";
    case TrafficAction::resume:
      return "requests go through again";
  }
  return "";
}

template <TrafficAction action>
int run_traffic(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const Config chosen = server.chosen();
  Traffic traffic{.action = action,
                  .drain = chosen.drain_timeout,
                  .longest = std::chrono::seconds(line.part.longest_pause),
                  .message = line.part.message};
  if (line.part.drain) traffic.drain = std::chrono::seconds(*line.part.drain);
  return run_change(line, environment, server,
                    [&](const Facts& facts) { return plan_traffic(chosen, traffic, facts); },
                    {.done = done_words(action)});
}

void add_drain(CLI::App& verb, CommandLine& line) {
  verb.add_option("--drain-timeout", line.part.drain,
                  "Let requests at work finish for so long (`drain_timeout:`)")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86400).description(""));
}

}  // namespace

void add_traffic(CLI::App& app, CommandLine& line) {
  auto& maintenance = add_verb(
      app, line, "maintenance", "Answer requests with 503 and a page, until `app live`",
      {.about = "The app itself goes on running. The state outlives releases and restarts of the\n"
                "proxy.",
       .examples = {"deploy app maintenance --message 'Back at noon'"}},
      run_traffic<TrafficAction::maintenance>);
  add_drain(maintenance, line);
  maintenance.add_option("--message", line.part.message, "Shown on the page")->type_name("TEXT");
  auto& live = add_verb(app, line, "live", "End `app maintenance`",
                        {.examples = {"deploy app live"}}, run_traffic<TrafficAction::live>);
  auto& pause = add_verb(
      app, line, "pause", "Let requests wait at the proxy, until `app resume`",
      {.about =
           "Nothing is answered and nothing is lost, for as long as --max-pause says; a request\n"
           "that has waited longer gets 504. A release ends the pause.",
       .examples = {"deploy app pause --max-pause 120"}},
      run_traffic<TrafficAction::pause>);
  add_drain(pause, line);
  pause.add_option("--max-pause", line.part.longest_pause, "A request waits at most so long (30)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 86400).description(""));
  auto& resume = add_verb(app, line, "resume", "End `app pause`",
                          {.examples = {"deploy app resume"}}, run_traffic<TrafficAction::resume>);
  for (auto* verb : {&maintenance, &live, &pause, &resume}) {
    add_change_options(*verb, line.release);
  }
}

}  // namespace liteship
