// Several roles in one release, assets of two versions side by side, error pages.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/plan/samples.h"

using namespace liteship;
using samples::has;
using samples::ids;
using Ids = std::vector<std::string>;
using Words = std::vector<std::string>;

namespace {

Role role(const std::string& name) {
  Role r;
  r.name = name;
  return r;
}

Words words_of(const Phase& phase, const std::string& id) {
  const Step* step = samples::find(phase, id);
  return step == nullptr ? Words{} : step->command.words;
}

Config with_worker() {
  Config config = samples::config();
  config.roles.push_back(role("job"));
  return config;
}

}  // namespace

TEST_CASE("other roles start once the primary one is ready", "[plan][roles]") {
  const Plan plan = plan_release(with_worker(), {}, samples::request("3ccc"), samples::serving());
  CHECK(ids(plan.release) == Ids{"start-web", "swap-web", "start-job", "stay-up", "keep-running",
                                 "commit", "stop-old", "ledger", "audit", "cutover"});
  CHECK(words_of(plan.release, "stay-up") == Words{"stay_up", "7", "30", "chat-job-3ccc"});
}

TEST_CASE("a primary role without proxy is waited for before the others start", "[plan][roles]") {
  Config config = with_worker();
  config.roles.front().proxy.reset();
  const Phase release = plan_release(config, {}, samples::request("3ccc"), samples::bare()).release;
  CHECK(ids(release) == Ids{"start-web", "stay-up-web", "start-job", "stay-up", "keep-running",
                            "commit", "ledger", "audit"});
}

TEST_CASE("each role has its restart policy and its time to stop", "[plan][roles]") {
  Config config = with_worker();
  config.roles.back().options = {{"restart", "on-failure:3"}, {"memory", "1g"}};
  config.roles.back().stop_timeout = std::chrono::seconds(90);
  Facts facts = samples::serving();
  Container worker = samples::container("2bbb", true);
  worker.name = "chat-job-2bbb";
  worker.role = "job";
  facts.containers.push_back(worker);
  const Phase release = plan_release(config, {}, samples::request("3ccc"), facts).release;
  CHECK(words_of(release, "keep-running") ==
        Words{"gently", "keep_running", "on-failure:3", "chat-job-3ccc"});
  CHECK(words_of(release, "keep-running-2") ==
        Words{"gently", "keep_running", "unless-stopped", "chat-web-3ccc"});
  CHECK(words_of(release, "stop-old") ==
        Words{"gently", "stop_groups", "10 chat-web-2bbb", "90 chat-job-2bbb"});
  CHECK_FALSE(has(words_of(release, "start-job"), "--restart"));
}

TEST_CASE("old and new assets are brought together before anything starts", "[plan][assets]") {
  Config config = samples::config();
  config.roles.front().asset_path = AssetPath{"/app/assets", "ro"};
  const Phase release =
      plan_release(config, {}, samples::request("3ccc"), samples::serving()).release;
  CHECK(ids(release).front() == "assets-web");
  CHECK(ids(release).end()[-2] == "old-assets-web");
  CHECK(words_of(release, "assets-web") == Words{"bridge_assets", ".kamal/apps/chat/assets", "web",
                                                 "chat:3ccc", "/app/assets", "3ccc", "2bbb"});
  CHECK(has(words_of(release, "start-web"),
            "/home/deployer/.kamal/apps/chat/assets/volumes/web-3ccc:/app/assets:ro"));
}

TEST_CASE("a rollback brings the assets of its version back", "[plan][assets]") {
  Config config = samples::config();
  config.roles.front().asset_path = AssetPath{"/app/assets", ""};
  const Phase release = plan_rollback(config, samples::request(""), samples::serving()).release;
  CHECK(words_of(release, "assets-web") == Words{"bridge_assets", ".kamal/apps/chat/assets", "web",
                                                 "chat:1aaa", "/app/assets", "1aaa", "2bbb"});
}

TEST_CASE("error pages are written beside Kamal's, and each version has its own", "[plan]") {
  Config config = samples::config();
  config.error_pages_path = "public";
  Request request = samples::request("3ccc");
  request.error_pages = {{"502.html", "<h1>soon</h1>"}};
  const Phase release = plan_release(config, {}, request, samples::serving()).release;
  REQUIRE(release.files.size() == 1);
  CHECK(release.files[0].path == ".kamal/proxy/apps-config/chat/error_pages/3ccc/502.html");
  CHECK(release.files[0].content.reveal() == "<h1>soon</h1>");
  CHECK(release.files[0].mode == "644");
  CHECK(ids(release).front() == "error-pages");
  const Words swap = words_of(release, "swap-web");
  CHECK(Words(swap.begin(), swap.begin() + 3) ==
        Words{"with_pages", "chat/error_pages/3ccc", "hand_over"});
  const auto undo = std::find_if(release.undo.begin(), release.undo.end(),
                                 [](const Undo& u) { return u.after == "swap-web"; });
  REQUIRE(undo != release.undo.end());
  CHECK(undo->command.words[1] == "chat/error_pages/2bbb");
}

TEST_CASE("a command is split into words as a shell does it", "[plan][roles]") {
  Config config = samples::config();
  config.roles.front().cmd = R"(sh -c "echo \"a b\" $X" 'c\d' e\ f)";
  const Words words = words_of(
      plan_release(config, {}, samples::request("3ccc"), samples::bare()).release, "start-web");
  CHECK(Words(words.end() - 5, words.end()) == Words{"sh", "-c", "echo \"a b\" $X", "c\\d", "e f"});
}

TEST_CASE("a line of a command goes on behind a backslash", "[plan][roles]") {
  Config config = samples::config();
  config.roles.front().cmd = "postgres \\\n -c a=1 \\\n -c \"b=\\\n2\"\n";
  const Words words = words_of(
      plan_release(config, {}, samples::request("3ccc"), samples::bare()).release, "start-web");
  CHECK(Words(words.end() - 5, words.end()) == Words{"postgres", "-c", "a=1", "-c", "b=2"});
}

TEST_CASE("an option has its value, whatever it is", "[plan][roles]") {
  Config config = samples::config();
  config.roles.front().options = {{"init", "true"}, {"entrypoint", ""}, {"env-file", "${HOME}/e"}};
  const Words words = words_of(
      plan_release(config, {}, samples::request("3ccc"), samples::bare()).release, "start-web");
  for (const char* option : {"--init=true", "--entrypoint=", "--env-file=/home/deployer/e"}) {
    CHECK(has(words, option));
  }
}

TEST_CASE("an anonymous volume is docker's to make", "[plan]") {
  Config config = samples::config();
  config.volumes.push_back({"", "/cache", "", {}});
  const Plan plan = plan_release(config, {}, samples::request("3ccc"), samples::bare());
  CHECK(has(words_of(plan.release, "start-web"), "/cache"));
  for (const Step& step : plan.prepare.steps) CHECK_FALSE(has(step.command.words, ""));
}

TEST_CASE("the proxy's metrics are reachable inside the network", "[plan][proxy]") {
  Config config = samples::config();
  config.proxy.run.metrics_port = Port{9090};
  const Words words = words_of(
      plan_release(config, {}, samples::request("3ccc"), samples::bare()).prepare, "proxy");
  CHECK(has(words, "--expose=9090"));
  CHECK(Words(words.end() - 4, words.end()) ==
        Words{"kamal-proxy", "run", "--metrics-port", "9090"});
}
