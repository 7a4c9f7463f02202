#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/plan/samples.h"

using namespace liteship;
using samples::ids;
using Ids = std::vector<std::string>;

namespace {

bool has(const Step* step, const std::string& word) {
  return step != nullptr && std::find(step->command.words.begin(), step->command.words.end(),
                                      word) != step->command.words.end();
}

std::string undo_order(const Phase& phase) {
  std::string text;
  for (const Undo& undo : phase.undo) text += undo.after + ":" + undo.command.words.front() + " ";
  return text;
}

}  // namespace

TEST_CASE("a first release on a bare server starts the proxy and gives the volume to the app",
          "[plan]") {
  const Plan plan = plan_release(samples::config(), {}, samples::request("3ccc"), samples::bare());
  CHECK(ids(plan.prepare) == Ids{"network", "proxy", "proxy-ready", "owner", "volume-1"});
  CHECK(ids(plan.release) ==
        Ids{"start-web", "swap-web", "keep-running", "commit", "ledger", "audit", "cutover"});
  CHECK(plan.cutover == Cutover::overlap);
}

TEST_CASE("a usual release prepares nothing and stops the old version after the swap", "[plan]") {
  const Plan plan =
      plan_release(samples::config(), {}, samples::request("3ccc"), samples::serving());
  CHECK(plan.prepare.steps.empty());
  CHECK(ids(plan.release) == Ids{"start-web", "swap-web", "keep-running", "commit", "stop-old",
                                 "ledger", "audit", "cutover"});
  CHECK(has(samples::find(plan.release, "stop-old"), "chat-web-2bbb"));
  CHECK(has(samples::find(plan.release, "swap-web"), "--health-check-interval=100ms"));
}

TEST_CASE("with a migration requests are held while exactly one version owns the files", "[plan]") {
  const Plan plan =
      plan_release(samples::config_with_data(), {}, samples::request("3ccc"), samples::serving());
  CHECK(plan.cutover == Cutover::hold);
  CHECK(ids(plan.release) == Ids{"pause-web", "stop-old", "snapshot", "migrate", "start-web",
                                 "swap-web", "keep-running", "commit", "resume-web", "ledger",
                                 "audit", "replica-position", "cutover"});
  CHECK(undo_order(plan.release) ==
        "snapshot:forget_snapshot migrate:stop_and_remove start-web:stop_failed "
        "migrate:restore_snapshot stop-old:restart_old pause-web:empty_room_to "
        "pause-web:record_failure ");
}

TEST_CASE("a swap that was stopped in the middle is taken back before the new version stops",
          "[plan]") {
  const Plan first = plan_release(samples::config(), {}, samples::request("1aaa"), samples::bare());
  CHECK(undo_order(first.release) ==
        "swap-web:remove_route start-web:stop_failed start-web:record_failure ");
  const Plan next =
      plan_release(samples::config(), {}, samples::request("3ccc"), samples::serving());
  CHECK(undo_order(next.release) ==
        "swap-web:take_traffic_back start-web:stop_failed start-web:record_failure ");
}

TEST_CASE("a first release with a migration has nothing to hold and nothing to copy", "[plan]") {
  const Plan plan =
      plan_release(samples::config_with_data(), {}, samples::request("3ccc"), samples::bare());
  CHECK(ids(plan.release) == Ids{"migrate", "start-web", "swap-web", "keep-running", "commit",
                                 "ledger", "audit", "replica-position", "cutover"});
  CHECK(ids(plan.prepare) ==
        Ids{"network", "proxy", "proxy-ready", "owner", "volume-1", "restore-1", "replicator"});
}

TEST_CASE("the replicator that this release starts is held off the files like any other",
          "[plan]") {
  const Plan plan =
      plan_release(samples::config_with_data(), {}, samples::request("3ccc"), samples::serving());
  CHECK(samples::find(plan.prepare, "replicator") != nullptr);
  CHECK(has(samples::find(plan.release, "snapshot"), "chat-litestream"));
}

TEST_CASE("a database that is missing is restored on a server that has released before, too",
          "[plan]") {
  const Plan plan =
      plan_release(samples::config_with_data(), {}, samples::request("3ccc"), samples::serving());
  CHECK(samples::find(plan.prepare, "restore-1")->command.words.front() == "restore_database");
}

TEST_CASE("on another replica the replicator begins a new copy", "[plan]") {
  Config config = samples::config_with_data();
  Facts facts = samples::serving();
  const auto prepare = [&] {
    return plan_release(config, {}, samples::request("3ccc"), facts).prepare;
  };
  const Phase first = prepare();
  CHECK(ids(first) == Ids{"owner", "restore-1", "forget-1", "replicator"});
  facts.sidecar = Container{};
  for (const std::string& word : samples::find(first, "replicator")->command.words) {
    if (word.starts_with("liteship.replica=")) facts.sidecar->replica = word.substr(17);
  }
  CHECK(ids(prepare()) == Ids{"owner", "restore-1", "replicator"});
  config.sqlite->replica->url = "s3://other/chat";
  CHECK(ids(prepare()) == Ids{"owner", "restore-1", "forget-1", "replicator"});
}

TEST_CASE("sftp's private key is a file of the replicator's, from a file or from a secret",
          "[plan]") {
  Config config = samples::config_with_data();
  config.sqlite->replica->url = "sftp://backup@host/chat";
  Secrets secrets = {{sftp_key_secret, Secret("content of the file")}, {"MINE", Secret("mine")}};
  const auto key = [&] {
    const Plan plan = plan_release(config, secrets, samples::request("3ccc"), samples::bare());
    for (const PhaseFile& file : plan.prepare.files) {
      if (file.path == ".deploy/chat/litestream/key") return file.content.reveal();
    }
    return std::string();
  };
  CHECK(key().empty());
  config.sqlite->replica->key_path = "~/.ssh/backup";
  CHECK(key() == "content of the file");
  config.sqlite->replica->key_path.reset();
  config.sqlite->replica->secret = {{sftp_key_secret, "MINE", {}}};
  CHECK(key() == "mine");
}

TEST_CASE("a server that replicated before must find a backup", "[plan]") {
  Facts facts = samples::bare();
  facts.replica_txids["/storage/app.sqlite3"] = 7;
  Request request = samples::request("3ccc");
  const auto restore = [&] {
    return plan_release(samples::config_with_data(), {}, request, facts).prepare;
  };
  CHECK(has(samples::find(restore(), "restore-1"), "yes"));
  request.start_empty = true;
  CHECK(has(samples::find(restore(), "restore-1"), "no"));
}

TEST_CASE("a release of the version that serves makes room for its own name", "[plan]") {
  const Plan plan =
      plan_release(samples::config(), {}, samples::request("2bbb"), samples::serving());
  CHECK(has(samples::find(plan.release, "displace-web"), "chat-web-2bbb_replaced_abc123"));
  CHECK(has(samples::find(plan.release, "stop-old"), "chat-web-2bbb_replaced_abc123"));
}

TEST_CASE("an undo starts what was displaced before it gives the name back", "[plan]") {
  Config config = samples::config_with_data();
  config.sqlite->cutover = Cutover::hold;
  const Phase release =
      plan_release(config, {}, samples::request("2bbb"), samples::serving()).release;
  const auto at = [&](const std::string& function) {
    const auto found = std::find_if(release.undo.begin(), release.undo.end(), [&](const Undo& u) {
      return u.command.words.front() == function;
    });
    REQUIRE(found != release.undo.end());
    return found - release.undo.begin();
  };
  CHECK(at("restart_old") < at("take_name_back"));
  CHECK(at("empty_room_to") < at("take_name_back"));
}

TEST_CASE("a second setup has nothing to do when the container was made the same way", "[plan]") {
  Request request = samples::request("2bbb");
  request.action = Action::setup;
  Facts facts = samples::serving();
  CHECK_FALSE(plan_release(samples::config(), {}, request, facts).nothing_to_do);
  const Plan plan = plan_release(samples::config(), {}, request, facts);
  for (const std::string& word : samples::find(plan.release, "start-web")->command.words) {
    if (word.starts_with("liteship.spec=")) facts.containers.front().spec = word.substr(14);
  }
  CHECK(plan_release(samples::config(), {}, request, facts).nothing_to_do);
  Config changed = samples::config();
  changed.roles.front().env.clear["GREETING"] = "hi";
  CHECK_FALSE(plan_release(changed, {}, request, facts).nothing_to_do);
}

TEST_CASE("everything that makes a release impossible is said at once", "[plan]") {
  Config config = samples::config();
  config.builder.arch = {"arm64"};
  Facts facts = samples::bare();
  facts.busy_ports = {80, 443};
  facts.disk_free = 1000;
  try {
    (void)plan_release(config, {}, samples::request("3ccc"), facts);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.diagnostics().size() == 4);
  }
}

TEST_CASE("containers beyond the number to keep are removed with their images", "[plan]") {
  Config config = samples::config();
  config.retain_containers = 1;
  const Plan plan = plan_release(config, {}, samples::request("3ccc"), samples::serving());
  CHECK(has(samples::find(plan.release, "prune"), "chat-web-1aaa"));
  CHECK(has(samples::find(plan.release, "prune"), "chat:1aaa"));
}

TEST_CASE("a service that was left paused is made to serve first", "[plan]") {
  Facts facts = samples::serving();
  facts.proxy->services.front().paused = true;
  const Plan plan = plan_release(samples::config(), {}, samples::request("3ccc"), facts);
  CHECK(ids(plan.prepare) == Ids{"recover-web"});
}

TEST_CASE("after a power cut in hold the version that was released last is made to serve",
          "[plan]") {
  Facts facts = samples::serving();
  facts.interrupted = "3ccc";
  facts.proxy->services.front().targets = {"localhost:8402"};
  facts.proxy->services.front().paused = true;
  for (Container& c : facts.containers) c.running = false;
  const Plan plan = plan_release(samples::config(), {}, samples::request("3ccc"), facts);
  CHECK(has(samples::find(plan.prepare, "recover-web"), "chat-web-2bbb"));
}

TEST_CASE("secrets are in files of a phase, never in its commands", "[plan]") {
  Config config = samples::config();
  config.roles.front().env.secret = {{"TOKEN", "TOKEN", {}}};
  const Secrets secrets = {{"TOKEN", Secret("hush-hush")}};
  const Plan plan = plan_release(config, secrets, samples::request("3ccc"), samples::serving());
  for (const Step& step : plan.release.steps) {
    for (const std::string& word : step.command.words)
      CHECK(word.find("hush") == std::string::npos);
  }
  REQUIRE(plan.release.files.size() == 1);
  CHECK(plan.release.files.front().content.reveal() == "TOKEN=hush-hush\n");
  CHECK(plan.release.files.front().shown == "TOKEN=[redacted]\n");
  CHECK(plan.release.files.front().mode == "600");
}

TEST_CASE("an app that no proxy stands before has its network all the same", "[plan]") {
  Config config = samples::config();
  config.roles.front().proxy.reset();
  const Plan first = plan_release(config, {}, samples::request("1aaa"), samples::bare());
  CHECK(samples::find(first.prepare, "network") != nullptr);
  CHECK(samples::find(first.prepare, "proxy") == nullptr);
  Facts later = samples::serving();
  later.proxy.reset();
  const Plan second = plan_release(config, {}, samples::request("3ccc"), later);
  CHECK(samples::find(second.prepare, "network") == nullptr);
}

TEST_CASE("a commit's subject that is not UTF-8 does not stop a release", "[plan][fuzz]") {
  Request request = samples::request("3ccc");
  request.subject =
      "Gr\xfc\xdf"
      "e";
  const Plan plan = plan_release(samples::config(), {}, request, samples::serving());
  CHECK(samples::find(plan.release, "ledger") != nullptr);
}
