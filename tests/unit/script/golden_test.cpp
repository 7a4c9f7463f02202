// What the phases of a small app run on the server, as --dry-run shows it, without the functions of
// templates/phase. After a wanted change: LITESHIP_GOLDEN=write build/dev/tests/test_script
// "[golden]"

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "liteship/script.h"
#include "script/library.h"
#include "unit/plan/accessory_samples.h"
#include "unit/script/home.h"

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
  check_golden("remove.sh",
               render_phase(plan_remove(c, Removal::everything, samples::serving())).shown);
}

TEST_CASE("golden: what commands of an accessory run", "[script][golden]") {
  const Config c = samples::config_with_db();
  const auto check = [&](AccessoryAction action, const Facts& facts, const char* name) {
    const Phase phase =
        plan_accessories(c, samples::db_secrets(), action, samples::about_db(c), facts);
    check_golden(name, render_phase(phase).shown);
    CHECK(render_phase(phase).shown.find("hunter2") == std::string::npos);
  };
  check(AccessoryAction::boot, samples::bare(), "accessory_boot.sh");
  check(AccessoryAction::reboot, samples::serving_with_db(), "accessory_reboot.sh");
  check(AccessoryAction::restart, samples::serving_with_db(), "accessory_restart.sh");
  check(AccessoryAction::remove, samples::serving_with_db(), "accessory_remove.sh");
}

TEST_CASE("golden: what the proxy is told", "[script][golden]") {
  const Config c = samples::config();
  const Facts facts = samples::serving();
  check_golden(
      "maintenance.sh",
      render_phase(
          plan_traffic(c, {.action = TrafficAction::maintenance, .message = "Back at noon"}, facts))
          .shown);
  check_golden("live.sh",
               render_phase(plan_traffic(c, {.action = TrafficAction::live}, facts)).shown);
  check_golden("proxy_reboot.sh", render_phase(plan_proxy(c, ProxyAction::reboot, facts)).shown);
  check_golden("prune.sh", render_phase(plan_prune(c, Pruning::all, 1, facts)).shown);
}

TEST_CASE("a file that is no text arrives byte for byte", "[script]") {
  Phase phase;
  phase.id = "files";
  phase.variables["dir"] = ".deploy/chat";
  const std::string bytes("no\0end", 6);
  phase.files = {{"cert", Secret(bytes), "", "600"}, {"empty", Secret(""), "", "600"}};
  const Home home;
  CHECK(home.run(render_phase(phase).text).find("end files done") != std::string::npos);
  CHECK(home.read("cert") == bytes);
  CHECK(home.read("empty").empty());
}

TEST_CASE("no secret is in what --dry-run shows", "[script][golden]") {
  const Plan plan =
      plan_release(config(Cutover::hold), secrets(), samples::request("3ccc"), samples::serving());
  CHECK(render_phase(plan.prepare).text.find(value) != std::string::npos);
  CHECK(render_phase(plan.prepare).shown.find(value) == std::string::npos);
  CHECK(render_detached(plan.release).shown.find(value) == std::string::npos);
}
