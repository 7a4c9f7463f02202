// What the phases of a small app run on the server, as --dry-run shows it, without the functions of
// templates/phase. After a wanted change: LITESHIP_GOLDEN=write build/dev/tests/test_script
// "[golden]"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "liteship/script.h"
#include "script/library.h"
#include "unit/plan/samples.h"

using namespace liteship;

namespace {

// Leaves out the library: from the prelude, which every phase has, to the plan's own part.
std::string own_part(const std::string& text) {
  const auto begin = text.find(needed_functions(""));
  const auto end = text.find("undo_steps() {\n");
  REQUIRE(begin < end);
  return text.substr(0, begin) + "# … templates/phase …\n" + text.substr(end);
}

void check_golden(const std::string& name, const std::string& shown) {
  const std::string path = std::string(SOURCE_DIR) + "/tests/unit/script/golden/" + name;
  const std::string text = own_part(shown);
  const char* mode = std::getenv("LITESHIP_GOLDEN");
  if (mode != nullptr && std::string(mode) == "write") std::ofstream(path) << text;
  std::ostringstream wanted;
  wanted << std::ifstream(path).rdbuf();
  CHECK(text == wanted.str());
}

Config config(Cutover cutover) {
  Config c = samples::config_with_data();
  c.sqlite->cutover = cutover;
  c.roles.front().env.secret = {{"API_KEY", "API_KEY", {}}};
  return c;
}

const std::string value = "the value of a secret";

Secrets secrets() {
  Secrets s;
  s.emplace("API_KEY", Secret(value));
  return s;
}

}  // namespace

TEST_CASE("golden: what a first setup runs", "[script][golden]") {
  const Config c = config(Cutover::hold);
  Request request = samples::request("1aaa");
  request.action = Action::setup;
  const Plan plan = plan_release(c, secrets(), request, samples::bare());
  check_golden("setup_inspect.sh", render_phase(plan_inspect(c, request, Locking::take)).shown);
  check_golden("setup_prepare.sh", render_phase(plan.prepare).shown);
  check_golden("setup_release.sh", render_detached(plan.release).shown);
}

TEST_CASE("golden: what a release runs in both modes", "[script][golden]") {
  for (const auto& [mode, name] : {std::pair{Cutover::hold, "release_hold.sh"},
                                   std::pair{Cutover::overlap, "release_overlap.sh"}}) {
    const Plan plan =
        plan_release(config(mode), secrets(), samples::request("3ccc"), samples::serving());
    check_golden(name, render_detached(plan.release).shown);
  }
}

TEST_CASE("golden: what rollback, restart and remove run", "[script][golden]") {
  const Config c = config(Cutover::hold);
  Request request = samples::request("");
  request.action = Action::rollback;
  check_golden("rollback.sh",
               render_detached(plan_rollback(c, request, samples::serving()).release).shown);
  check_golden("restart.sh",
               render_phase(plan_app(c, AppAction::restart, samples::serving())).shown);
  check_golden("remove.sh", render_phase(plan_remove(c, samples::serving())).shown);
}

TEST_CASE("no secret is in what --dry-run shows", "[script][golden]") {
  const Plan plan =
      plan_release(config(Cutover::hold), secrets(), samples::request("3ccc"), samples::serving());
  CHECK(render_phase(plan.prepare).text.find(value) != std::string::npos);
  CHECK(render_phase(plan.prepare).shown.find(value) == std::string::npos);
  CHECK(render_detached(plan.release).shown.find(value) == std::string::npos);
}
