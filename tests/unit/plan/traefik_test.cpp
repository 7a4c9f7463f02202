// From Kamal 1's Traefik to kamal-proxy, and the way back.

#include <catch2/catch_test_macros.hpp>

#include "plan/pieces.h"
#include "unit/plan/samples.h"

using namespace liteship;
using Words = std::vector<std::string>;

namespace {

/// Kamal 1's server: the app runs behind Traefik.
Facts kamal_1() {
  Facts facts = samples::bare();
  facts.containers = {samples::container("2bbb", true)};
  facts.volumes = {"chat_storage"};
  facts.busy_ports = {80};
  facts.traefik.emplace();
  facts.traefik->name = "traefik";
  facts.traefik->reference = "traefik:v2.10";
  facts.traefik->running = true;
  return facts;
}

std::vector<std::string> undone(const Phase& phase) {
  std::vector<std::string> after;
  for (const Undo& undo : phase.undo) after.push_back(undo.after);
  return after;
}

}  // namespace

TEST_CASE("Traefik is known by its image's title", "[plan][facts]") {
  const auto facts_with = [](const char* title) {
    return parse_facts(
        {{"container", R"({"id":"tt","name":"/traefik","labels":{"org.opencontainers.)"
                       R"(image.title":")" +
                           std::string(title) +
                           R"("},"reference":"traefik:v2.10","status":"running"})"}});
  };
  REQUIRE(facts_with("Traefik").traefik);
  CHECK(facts_with("Traefik").traefik->running);
  CHECK_FALSE(facts_with("nginx").traefik);
}

TEST_CASE("Traefik makes room, with a way back until the app serves", "[plan][proxy]") {
  const Config config = samples::config();
  const Facts facts = kamal_1();
  const Phase room = plan_traefik(config, TraefikAction::make_room, facts);
  CHECK(samples::ids(room) == Words{"traefik", "network", "proxy", "proxy-ready"});
  CHECK(undone(room) == Words{"proxy", "traefik"});
  CHECK(samples::ids(plan_traefik(config, TraefikAction::bring_back, facts)) ==
        Words{"proxy", "traefik"});
  CHECK(samples::ids(plan_traefik(config, TraefikAction::remove, facts)) ==
        Words{"traefik", "image"});
  CHECK(plan_traefik(config, TraefikAction::make_room, samples::bare()).steps.empty());
}

TEST_CASE("a proxy without a route to what runs holds nothing and gives nothing back",
          "[plan][proxy]") {
  for (const Cutover cutover : {Cutover::overlap, Cutover::hold}) {
    Config config = samples::config_with_data();
    config.sqlite->replica.reset();
    config.sqlite->cutover = cutover;
    Request request = samples::request("2bbb");
    CHECK_THROWS_AS(plan_release(config, {}, request, kamal_1()), Error);  // port 80 is taken
    request.new_proxy = true;
    const Phase release = plan_release(config, {}, request, kamal_1()).release;
    CHECK(samples::find(release, "pause-web") == nullptr);
    CHECK(samples::find(release, "resume-web") == nullptr);
    CHECK(samples::find(release, "stop-old") != nullptr);
    const auto swap = std::find_if(release.undo.begin(), release.undo.end(),
                                   [](const Undo& undo) { return undo.after == "swap-web"; });
    REQUIRE(swap != release.undo.end());
    CHECK(swap->command.words == Words{"remove_route", "chat-web"});
  }
}
