// Parts of `app remove` that Kamal has as hidden verbs.

#include "cli/change.h"
#include "cli/verbs.h"

namespace liteship {
namespace {

const char* done_word(Cleanup what) {
  switch (what) {
    case Cleanup::containers:
      return "stopped containers are gone";
    case Cleanup::version:
      return "the container is gone";
    case Cleanup::images:
      return "images that no container has are gone";
    case Cleanup::directories:
      return "the app's directories below .kamal are gone";
  }
  return "";
}

template <Cleanup what>
int run_cleanup(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const Config chosen = server.chosen();
  return run_change(
      line, environment, server,
      [&](const Facts& facts) { return plan_cleanup(chosen, what, line.part.version, facts); },
      {.done = done_word(what), .nothing = "there was nothing to remove"});
}

}  // namespace

void add_app_cleanup(CLI::App& app, CommandLine& line) {
  const auto add = [&](const char* name, const char* summary, auto run) -> CLI::App& {
    auto& verb = add_verb(app, line, name, summary, {}, run);
    add_change_options(*verb.group(hidden_group), line.release);
    return verb;
  };
  add("remove_container", "Remove the stopped container of a version",
      run_cleanup<Cleanup::version>)
      .add_option("version", line.part.version, "The version, whole")
      ->type_name("VERSION")
      ->required();
  add("remove_containers", "Remove the app's stopped containers", run_cleanup<Cleanup::containers>);
  add("remove_images", "Remove the app's images that no container has",
      run_cleanup<Cleanup::images>);
  add("remove_app_directories", "Remove the app's directories below .kamal",
      run_cleanup<Cleanup::directories>);
}

}  // namespace liteship
