#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/plan/accessory_samples.h"

using namespace liteship;
using samples::find;
using samples::has;
using samples::ids;
using Ids = std::vector<std::string>;
using Words = std::vector<std::string>;

namespace {

Phase plan(const Config& config, AccessoryAction action, const Facts& facts) {
  return plan_accessories(config, samples::db_secrets(), action, samples::about_db(config), facts);
}

std::string message_of(const Config& config, AccessoryAction action, const Facts& facts) {
  try {
    (void)plan(config, action, facts);
  } catch (const Error& error) {
    return error.diagnostics().front().message;
  }
  return "";
}

}  // namespace

TEST_CASE("an accessory's container is made as Kamal makes it", "[plan][accessory]") {
  const Config config = samples::config_with_db();
  const Phase phase = plan(config, AccessoryAction::boot, samples::serving());
  CHECK(ids(phase) == Ids{"file-1-accessory-db", "directory-1-accessory-db", "run-accessory-db"});
  const Words& words = find(phase, "run-accessory-db")->command.words;
  const auto spec = std::find_if(words.begin(), words.end(), [](const std::string& word) {
    return word.starts_with("liteship.spec=");
  });
  REQUIRE(spec != words.end());
  CHECK(words == Words{"start_accessory",
                       "30",
                       "chat-db",
                       "--restart",
                       "unless-stopped",
                       "--network",
                       "kamal",
                       "--log-opt",
                       "max-size=10m",
                       "--publish",
                       "127.0.0.1:5432:5432",
                       "--env",
                       "KAMAL_HOST=203.0.113.10",
                       "--env",
                       "POSTGRES_USER=app",
                       "--env-file",
                       ".kamal/apps/chat/env/accessories/db.env",
                       "--volume",
                       "/home/deployer/chat-db/etc/pg.conf:/etc/pg.conf:ro",
                       "--volume",
                       "/home/deployer/chat-db/data:/var/lib/postgresql/data",
                       "--label",
                       "service=chat-db",
                       "--label",
                       *spec,
                       "--label",
                       "team=data",
                       "--shm-size=256m",
                       "postgres:16",
                       "postgres",
                       "-c",
                       "fsync=on"});
}

TEST_CASE("files and secrets travel outside of arguments", "[plan][accessory]") {
  const Config config = samples::config_with_db();
  const Phase phase = plan(config, AccessoryAction::boot, samples::serving());
  REQUIRE(phase.files.size() == 2);
  CHECK(phase.files[0].path == "/home/deployer/chat-db/etc/pg.conf");
  CHECK(phase.files[0].content.reveal() == "port = 5432\n");
  CHECK(phase.files[0].mode == "755");
  CHECK(phase.files[0].shown == "[the file config/pg.conf]\n");
  CHECK(phase.files[1].content.reveal() == "POSTGRES_PASSWORD=hunter2\n");
  for (const Step& step : phase.steps) {
    for (const std::string& word : step.command.words) CHECK(word.find("hunter2") == word.npos);
  }
}

TEST_CASE("boot leaves alone what runs, and starts what is stopped", "[plan][accessory]") {
  const Config config = samples::config_with_db();
  Facts facts = samples::serving_with_db();
  CHECK(plan(config, AccessoryAction::boot, facts).steps.empty());
  facts.accessories.front().running = false;
  CHECK(ids(plan(config, AccessoryAction::boot, facts)) == Ids{"start-accessory-db"});
}

TEST_CASE("reboot brings the old container back when the new one fails", "[plan][accessory]") {
  const Phase phase =
      plan(samples::config_with_db(), AccessoryAction::reboot, samples::serving_with_db());
  CHECK(ids(phase) == Ids{"file-1-accessory-db", "directory-1-accessory-db", "stop-accessory-db",
                          "run-accessory-db", "drop-accessory-db"});
  CHECK(find(phase, "stop-accessory-db")->command ==
        Command{"set_aside", "10", "chat-db", "chat-db_replaced_abc123"});
  REQUIRE(phase.undo.size() == 1);
  CHECK(phase.undo.front().after == "stop-accessory-db");
  CHECK(phase.undo.front().command == Command{"bring_back", "chat-db", "chat-db_replaced_abc123"});
}

TEST_CASE("an accessory with a proxy gets a route of its own", "[plan][accessory]") {
  Config config = samples::config_with_db();
  ProxyConfig proxy;
  proxy.hosts = {"db.example.com"};
  proxy.app_port = Port{8080};
  config.accessories.front().proxy = proxy;
  const Phase phase = plan(config, AccessoryAction::boot, samples::bare());
  CHECK(has(ids(phase), "proxy"));
  const Words& words = find(phase, "route-accessory-db")->command.words;
  CHECK(Words(words.begin(), words.begin() + 4) ==
        Words{"route_accessory", "chat-db", "8080", "--host=db.example.com"});
  CHECK(ids(plan(config, AccessoryAction::stop, samples::serving_with_db())) ==
        Ids{"leave-accessory-db", "stop-accessory-db"});
}

TEST_CASE("what is not there can neither start nor stop", "[plan][accessory]") {
  const Config config = samples::config_with_db();
  for (const auto action :
       {AccessoryAction::start, AccessoryAction::stop, AccessoryAction::restart}) {
    CHECK(message_of(config, action, samples::serving()) ==
          "the accessory `db` has no container on the server");
  }
}

TEST_CASE("a stranger's container of that name is not touched", "[plan][accessory]") {
  Facts facts = samples::serving();
  facts.strangers = {"chat-db"};
  CHECK(message_of(samples::config_with_db(), AccessoryAction::boot, facts) ==
        "the server has a container `chat-db` that is no accessory");
}

TEST_CASE("remove takes the directory, the image and the secrets", "[plan][accessory]") {
  const Phase phase =
      plan(samples::config_with_db(), AccessoryAction::remove, samples::serving_with_db());
  CHECK(ids(phase) == Ids{"remove-accessory-db", "forget-accessory-db", "image-accessory-db",
                          "secrets-accessory-db"});
  CHECK(find(phase, "forget-accessory-db")->command ==
        Command{"remove_directory", "basecamp/kamal-proxy:v0.9.2", "/home/deployer/chat-db"});
}

TEST_CASE("setup starts accessories before the app, a release does not", "[plan][accessory]") {
  const Config config = samples::config_with_db();
  Request request = samples::about_db(config);
  request.action = Action::setup;
  const Plan setup = plan_release(config, samples::db_secrets(), request, samples::bare());
  CHECK(has(ids(setup.prepare), "run-accessory-db"));
  CHECK(has(setup.parts, "postgres:16"));
  const Plan release =
      plan_release(config, {}, samples::request("3ccc"), samples::serving_with_db());
  CHECK(release.prepare.steps.empty());
  CHECK_FALSE(has(release.parts, "postgres:16"));
}

TEST_CASE("other settings than those that run are seen", "[plan][accessory]") {
  Config config = samples::config_with_db();
  const AccessoryInput input{&config.accessories.front(), {Secret("port = 5432\n")}};
  Facts facts = samples::serving_with_db();
  CHECK_FALSE(accessory_differs(config, samples::db_secrets(), input, facts));  // Kamal's
  const Phase phase = plan(config, AccessoryAction::boot, samples::serving());
  for (const std::string& word : find(phase, "run-accessory-db")->command.words) {
    if (word.starts_with("liteship.spec=")) facts.accessories.front().spec = word.substr(14);
  }
  CHECK_FALSE(accessory_differs(config, samples::db_secrets(), input, facts));
  config.accessories.front().env.clear["POSTGRES_USER"] = "other";
  CHECK(accessory_differs(config, samples::db_secrets(), input, facts));
}
