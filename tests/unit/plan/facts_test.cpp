#include <catch2/catch_test_macros.hpp>

#include "liteship/plan.h"

using namespace liteship;

TEST_CASE("facts come from the lines of an inspect phase", "[plan][facts]") {
  const Facts facts = parse_facts({
      {"user", "deployer"},
      {"home", "/home/deployer"},
      {"docker",
       R"({"version":"28.5.2","driver":"overlayfs","status":[["driver-type","io.containerd.snapshotter.v1"]],"arch":"x86_64"})"},
      {"container",
       R"({"id":"aa","name":"/chat-web-4f2","labels":{"role":"web","liteship.spec":"77"},"image":"sha256:1","reference":"chat:4f2","created":"2026-01-01T00:00:00Z","started":"","status":"running","exit":0})"},
      {"container",
       R"({"id":"bb","name":"/kamal-proxy","labels":{},"image":"sha256:2","reference":"basecamp/kamal-proxy:v0.9.2","created":"","started":"","status":"running","exit":0})"},
      {"container",
       R"({"id":"cc","name":"/chat-litestream","labels":{"liteship.part":"litestream","liteship.spec":"5"},"image":"sha256:3","reference":"litestream/litestream:0.5.18","created":"","started":"","status":"exited","exit":1})"},
      {"image", R"({"id":"sha256:1","tags":["chat:4f2"],"layers":["sha256:a","sha256:b"]})"},
      {"image", R"({"id":"sha256:9","tags":["chat:broken"],"layers":null})"},
      {"proxy_state",
       R"([{"name":"chat-web","active_targets":["aa:3000"],"pause_controller":{"state":1}}])"},
      {"release",
       R"({"version":"4f2","action":"deploy","status":"released","finished":5,"started":1})"},
      {"busy_port", "80"},
      {"proxy_boot", "options --publish 8080:80 "},
      {"proxy_boot", "image"},
  });
  CHECK(facts.docker.major() == 28);
  CHECK(facts.docker.containerd_store);
  CHECK(facts.docker.architecture == "amd64");
  REQUIRE(facts.containers.size() == 1);
  CHECK(facts.containers.front().version == "4f2");
  CHECK(facts.running("web") != nullptr);
  CHECK(facts.running("worker") == nullptr);
  REQUIRE(facts.sidecar);
  CHECK_FALSE(facts.sidecar->running);
  CHECK(facts.images.size() == 1);  // an image without its layers does not count
  CHECK(facts.proxy->services.front().paused);
  CHECK(facts.proxy->services.front().targets.front() == "aa:3000");
  CHECK(facts.ledger.front().finished == 5);
  CHECK(facts.busy_ports == std::vector<int>{80});
  CHECK(facts.proxy_boot == ProxyBootFiles{{"options", "--publish 8080:80"}});
}

TEST_CASE("a service whose requests are in the waiting room is paused", "[plan][facts]") {
  const auto paused = [](const std::string& target) {
    return parse_facts({{"proxy_state", R"([{"name":"chat-web","active_targets":[")" + target +
                                            R"("],"pause_controller":{"state":0}}])"}})
        .proxy->services.front()
        .paused;
  };
  CHECK(paused("localhost:8402"));
  CHECK_FALSE(paused("0123456789ab:3000"));
}

TEST_CASE("a fact that is not JSON is an error that names it", "[plan][facts]") {
  try {
    (void)parse_facts({{"docker", "{oops"}});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.diagnostics().front().message.find("`docker`") != std::string::npos);
  }
}

TEST_CASE("answers of another shape count as missing, not as a crash", "[plan][facts][fuzz]") {
  const Facts facts = parse_facts({{"container", R"({"name":7,"labels":["role"],"exit":1e300})"},
                                   {"container", "[]"},
                                   {"container", R"({"name":"a\u0000b"})"},
                                   {"image", R"({"id":"x","layers":[1,"a"],"tags":{}})"},
                                   {"proxy_state", R"([7,{"name":"s","pause_controller":"x"}])"},
                                   {"release", R"({"version":"1","dirty":"yes"})"},
                                   {"replica", R"({"path":"/a","txid":18446744073709551615})"}});
  CHECK(facts.containers.empty());
  CHECK(facts.strangers.size() == 3);  // nothing that could be removed by mistake
  CHECK(facts.strangers.back().empty());
  CHECK(facts.images.empty());
  CHECK(facts.proxy->services.back().name == "s");
  CHECK(facts.ledger.front().version.text == "1");
  CHECK(facts.replica_txids.at("/a") == 0);
}

TEST_CASE("a time that does not exist is none", "[plan][facts]") {
  const Facts facts =
      parse_facts({{"release", R"({"started":9223372036854775807,"finished":-1})"}});
  CHECK(facts.ledger.front().started == 0);
  CHECK(facts.ledger.front().finished == 0);
}

TEST_CASE("an answer that nests too deep is an error, not the end of the stack",
          "[plan][facts][fuzz]") {
  const std::string deep = R"({"status":)" + std::string(400'000, '[') + std::string(400'000, ']');
  CHECK_THROWS_AS(parse_facts({{"docker", deep + "}"}}), Error);
}
