// Kamal's hidden parts of removals: what they take, and that nothing goes that is still needed.

#include <catch2/catch_test_macros.hpp>

#include "plan/pieces.h"
#include "unit/plan/accessory_samples.h"

using namespace liteship;
using Words = std::vector<std::string>;

TEST_CASE("only what has stopped goes", "[plan][remove]") {
  const Config config = samples::config();
  const Facts facts = samples::serving();
  const Words old = {"prune", "chat-web-1aaa", ""};
  CHECK(plan_cleanup(config, Cleanup::containers, "", facts).steps.front().command.words == old);
  CHECK(plan_cleanup(config, Cleanup::version, "1aaa", facts).steps.front().command.words == old);
  CHECK_THROWS_AS(plan_cleanup(config, Cleanup::version, "2bbb", facts), Error);
  CHECK_THROWS_AS(plan_cleanup(config, Cleanup::version, "1", facts), Error);
  CHECK_THROWS_AS(plan_cleanup(config, Cleanup::directories, "", facts), Error);
  CHECK(plan_cleanup(config, Cleanup::containers, "", samples::bare()).steps.empty());
}

TEST_CASE("the app's directories go with their files", "[plan][remove]") {
  const Phase phase = plan_cleanup(samples::config(), Cleanup::directories, "", samples::bare());
  CHECK(samples::ids(phase) == Words{"app", "proxy"});
  CHECK(phase.steps[0].command.words.back() == "/home/deployer/.kamal/apps/chat");
  CHECK(phase.steps[1].command.words.back() == "/home/deployer/.kamal/proxy/apps-config/chat");
}

TEST_CASE("parts of the proxy go when nothing needs them", "[plan][remove][proxy]") {
  const Config config = samples::config();
  Facts facts = samples::serving();
  CHECK_THROWS_AS(plan_proxy(config, ProxyAction::remove_container, facts), Error);
  CHECK_THROWS_AS(plan_proxy(config, ProxyAction::remove_directory, facts), Error);
  CHECK(plan_proxy(config, ProxyAction::remove_image, facts).steps.front().command.words ==
        Words{"remove_image", "basecamp/kamal-proxy:v0.9.2"});
  facts.proxy->running = false;
  CHECK(samples::ids(plan_proxy(config, ProxyAction::remove_container, facts)) == Words{"proxy"});
  facts.proxy.reset();
  CHECK(plan_proxy(config, ProxyAction::remove_container, facts).steps.empty());
  CHECK(samples::ids(plan_proxy(config, ProxyAction::remove_directory, facts)) ==
        Words{"directory"});
}

TEST_CASE("parts of an accessory go once it has stopped", "[plan][remove][accessory]") {
  using A = AccessoryAction;
  const Config config = samples::config_with_db();
  Facts facts = samples::serving_with_db();
  const auto plan = [&](A action) {
    return samples::ids(plan_accessories(config, {}, action, samples::about_db(config), facts));
  };
  CHECK_THROWS_AS(plan(A::remove_container), Error);
  CHECK_THROWS_AS(plan(A::remove_directory), Error);
  facts.accessories.front().running = false;
  CHECK(plan(A::remove_container) == Words{"remove-accessory-db"});
  CHECK(plan(A::remove_directory) == Words{"forget-accessory-db"});
  CHECK(plan(A::remove_image) == Words{"image-accessory-db"});
  CHECK(plan(A::pull).empty());
}
