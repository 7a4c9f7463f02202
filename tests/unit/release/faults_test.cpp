// Every step of every phase, and every command between them, with every way it can end: what does
// the person get to know, and does anything happen after it? The grid is made from what the plans
// render.

#include <iostream>

#include "unit/release/faults_grid.h"

using namespace liteship;
using faults::Grid;
using faults::Sample;
using faults::Scenario;

namespace {

Config app(Cutover cutover, bool migrates, bool has_replica) {
  Config config = samples::config_with_data();
  config.sqlite->cutover = cutover;
  if (!migrates) config.sqlite->migrate.reset();
  if (!has_replica) config.sqlite->replica.reset();
  return config;
}

std::vector<Event> with(std::vector<Event> facts, const std::vector<Event>& more) {
  facts.insert(facts.end(), more.begin(), more.end());
  return facts;
}

// The server has all images, so that nothing but phases is asked of it.
std::vector<Event> with_images(const Config& config, const std::vector<Event>& facts) {
  std::vector<Event> more = {FactFound{"app_image", R"({"id":"sha256:1","user":"1000"})"}};
  for (const std::string& part : parts_of(config, {}, {})) {
    more.emplace_back(FactFound{"image-present", part});
  }
  return with(facts, more);
}

std::vector<Scenario> scenarios() {
  std::vector<Scenario> all;
  for (const Cutover cutover : {Cutover::overlap, Cutover::hold}) {
    const std::string mode = cutover == Cutover::hold ? "hold" : "overlap";
    for (const bool migrates : {false, true}) {
      for (const bool replica : {false, true}) {
        const Config config = app(cutover, migrates, replica);
        const std::string what =
            mode + (migrates ? ", migration" : "") + (replica ? ", replica" : "");
        all.push_back(
            {"deploy, " + what, config, Action::deploy, {with_images(config, said::serving())}});
        all.push_back({"rollback, " + what, config, Action::rollback, {said::serving()}});
      }
    }
  }
  for (const bool replica : {false, true}) {
    const Config config = app(Cutover::overlap, true, replica);
    const std::string what = replica ? ", replica" : "";
    all.push_back(
        {"setup" + what, config, Action::setup, {with_images(config, said::with_docker())}});
    all.push_back({"setup of a bare server" + what,
                   config,
                   Action::setup,
                   {said::bare(), with_images(config, said::with_docker())}});
  }
  Config pulled = app(Cutover::hold, true, true);
  pulled.registry.emplace();
  pulled.registry->username = "ada";
  pulled.registry->password = "hush";
  all.push_back({"deploy, pulled", pulled, Action::deploy, {said::serving()}, true});
  Config built = app(Cutover::overlap, true, false);
  built.builder.context = ".";
  all.push_back(
      {"deploy, built there", built, Action::deploy, {said::serving()}, false, BuildPlace::server});
  return all;
}

}  // namespace

TEST_CASE("every step of every phase, ended in every way, is told rightly and ends the run",
          "[.][grid]") {
  std::size_t count = 0;
  Sample sample;
  for (Scenario& scenario : scenarios()) count += Grid(std::move(scenario), sample).run();
  std::cout << sample.taken() << " of " << count << " combinations of a step and its end, seed "
            << Catch::getSeed() << "\n";
  CHECK(count >= 5000);
}
