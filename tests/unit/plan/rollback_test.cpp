#include <catch2/catch_test_macros.hpp>

#include "unit/plan/samples.h"

using namespace liteship;
using samples::ids;
using Ids = std::vector<std::string>;

namespace {

Facts three_releases() {
  Facts facts = samples::serving();
  facts.containers.insert(facts.containers.begin(), samples::container("3ccc", false));
  facts.ledger.push_back(samples::released("3ccc", 150));
  return facts;
}

Error failure(const Request& request, const Facts& facts) {
  try {
    (void)plan_rollback(samples::config(), request, facts);
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw;
}

}  // namespace

TEST_CASE("rollback without a version goes to the release that served before", "[plan][rollback]") {
  const Plan plan = plan_rollback(samples::config(), samples::request(""), three_releases());
  CHECK(plan.version.text == "3ccc");
  CHECK(ids(plan.release) == Ids{"start-web", "swap-web", "keep-running", "commit", "stop-old",
                                 "ledger", "audit", "cutover"});
  CHECK(samples::find(plan.release, "start-web")->command ==
        Command{"restart_container", "chat-web-3ccc"});
}

TEST_CASE("rollback leaves the replicator as it is: there are no secrets to make one of",
          "[plan][rollback]") {
  Config config = samples::config_with_data();
  config.sqlite->replica->secret = {{"LITESTREAM_ACCESS_KEY_ID", "KEY", {}}};
  Facts facts = three_releases();
  facts.sidecar = Container{};
  facts.sidecar->name = "chat-litestream";
  facts.sidecar->running = true;
  CHECK(plan_rollback(config, samples::request(""), facts).prepare.steps.empty());
  facts.sidecar->running = false;
  const Plan plan = plan_rollback(config, samples::request(""), facts);
  REQUIRE(ids(plan.prepare) == Ids{"replicator"});
  CHECK(plan.prepare.steps.front().command == Command{"restart_container", "chat-litestream"});
}

TEST_CASE("rollback takes the beginning of a version", "[plan][rollback]") {
  CHECK(plan_rollback(samples::config(), samples::request("1a"), three_releases()).version.text ==
        "1aaa");
}

TEST_CASE("rollback to an unknown version lists what is possible", "[plan][rollback]") {
  const Error error = failure(samples::request("9zzz"), three_releases());
  CHECK(error.kind() == ErrorKind::usage);
  CHECK(error.diagnostics().front().notes ==
        Ids{"possible: 3ccc  Change 3ccc", "possible: 1aaa  Change 1aaa"});
}

TEST_CASE("rollback to the version that serves has nothing to do", "[plan][rollback]") {
  const Plan plan = plan_rollback(samples::config(), samples::request("2b"), three_releases());
  CHECK(plan.nothing_to_do);
  CHECK(plan.version.text == "2bbb");
  CHECK(plan.release.steps.empty());
}

TEST_CASE("a release that failed is nothing to go back to", "[plan][rollback]") {
  Facts facts = three_releases();
  facts.ledger.back().status = "failed";
  CHECK(plan_rollback(samples::config(), samples::request(""), facts).version.text == "1aaa");
}

TEST_CASE("the order of the ledger counts, not its times", "[plan][rollback][clock]") {
  Facts facts = three_releases();
  // The server's clock was set back between the two.
  facts.ledger = {samples::released("1aaa", 3700), samples::released("3ccc", 100),
                  samples::released("2bbb", 200)};
  CHECK(plan_rollback(samples::config(), samples::request(""), facts).version.text == "3ccc");
}

TEST_CASE("without an earlier release there is nothing to go back to", "[plan][rollback]") {
  CHECK(failure(samples::request(""), samples::bare()).diagnostics().front().message ==
        "there is no release to go back to");
}
