// How the proxy's container is run: deploy.yml, the files of `boot_config`, what is usual.

#include <catch2/catch_test_macros.hpp>

#include "plan/pieces.h"
#include "unit/plan/samples.h"

using namespace liteship;
using Words = std::vector<std::string>;

namespace {

Facts with_files(const ProxyBootFiles& files) {
  Facts facts = samples::bare();
  facts.proxy_boot = files;
  return facts;
}

}  // namespace

TEST_CASE("files of boot_config say how the proxy is run", "[plan][proxy]") {
  const Config config = samples::config();
  const Facts facts = with_files({{"options", "--publish 8080:80 --label 'a b'"},
                                  {"image", "mirror.example/basecamp/kamal-proxy"},
                                  {"image_version", "v0.9.9"},
                                  {"run_command", "kamal-proxy run --debug"}});
  const ProxyBoot boot = proxy_boot(config, facts);
  CHECK(boot.image == "mirror.example/basecamp/kamal-proxy:v0.9.9");
  CHECK(boot.options == Words{"--publish", "8080:80", "--label", "a b"});
  CHECK(boot.command == Words{"kamal-proxy", "run", "--debug"});
  CHECK(publishes(boot, 8080));
  CHECK_FALSE(publishes(boot, 80));
  const Words words = proxy_words(boot, facts.home);
  CHECK(words.back() == "--debug");
  CHECK(samples::has(words, "8080:80"));
  CHECK_FALSE(samples::has(words, "443:443"));
}

TEST_CASE("each file counts by itself, and a version that is too old does not", "[plan][proxy]") {
  const Config config = samples::config();
  CHECK(proxy_boot(config, with_files({{"image_version", "v0.8.7"}})).image ==
        "basecamp/kamal-proxy:v0.9.2");
  const ProxyBoot boot = proxy_boot(config, with_files({{"image_version", "latest"}}));
  CHECK(boot.image == "basecamp/kamal-proxy:latest");
  CHECK(publishes(boot, 80));
  CHECK(publishes(boot, 443));
}

TEST_CASE("a file of boot_config that cannot be read is told, not guessed", "[plan][proxy]") {
  CHECK_THROWS_AS(proxy_boot(samples::config(), with_files({{"options", "--label 'a"}})), Error);
}

TEST_CASE("`proxy: run:` of deploy.yml goes before the files", "[plan][proxy]") {
  Config config = samples::config();
  config.proxy.run.written = true;
  config.proxy.run.http_port = Port{81};
  const ProxyBoot boot = proxy_boot(config, with_files({{"options", "--publish 8080:80"}}));
  CHECK(publishes(boot, 81));
  CHECK_FALSE(publishes(boot, 8080));
  CHECK(boot.files.empty());
}

TEST_CASE("a port that the proxy does not take may be somebody else's", "[plan][proxy]") {
  const Config config = samples::config();
  Facts facts = samples::bare();
  facts.busy_ports = {80};
  const Request request = samples::request("3ccc");
  CHECK_THROWS_AS(plan_release(config, {}, request, facts), Error);
  facts.proxy_boot = {{"options", "--publish=127.0.0.1:8080:80"}};
  CHECK_NOTHROW(plan_release(config, {}, request, facts));
}

TEST_CASE("a newer proxy starts with the files' options", "[plan][proxy]") {
  const Config config = samples::config();
  Facts facts = samples::serving();
  facts.proxy->image = "basecamp/kamal-proxy:v0.8.7";
  facts.proxy_boot = {{"options", "--publish 8080:80"}};
  const Plan plan = plan_release(config, {}, samples::request("3ccc"), facts);
  const Step* step = samples::find(plan.prepare, "proxy");
  REQUIRE(step != nullptr);
  CHECK(samples::has(step->command.words, "8080:80"));
  CHECK(plan.parts == Words{"basecamp/kamal-proxy:v0.9.2"});
}

TEST_CASE("an image that the proxy runs with is not fetched", "[plan][proxy]") {
  Facts facts = samples::serving();
  facts.proxy->image = "mirror.example/kamal-proxy:v0.9.5";
  facts.proxy_boot = {{"image", "mirror.example/kamal-proxy"}, {"image_version", "v0.9.5"}};
  CHECK(plan_release(samples::config(), {}, samples::request("3ccc"), facts).parts.empty());
}

TEST_CASE("boot_config writes what is not usual, as Kamal does", "[plan][proxy]") {
  ProxyRun run;
  CHECK(boot_files(run, {}) ==
        ProxyBootFiles{{"image", ""}, {"image_version", ""}, {"options", ""}, {"run_command", ""}});
  run.http_port = Port{8080};
  run.bind_ips = {"::1"};
  run.metrics_port = Port{9090};
  run.version = "v0.9.5";
  run.registry = "mirror.example";
  CHECK(boot_files(run, {"label=a=b"}) ==
        ProxyBootFiles{{"image", "mirror.example/basecamp/kamal-proxy"},
                       {"image_version", "v0.9.5"},
                       {"options",
                        "--publish [::1]:8080:80 --publish [::1]:443:443 --log-opt "
                        "max-size=10m --expose=9090 --label=a=b"},
                       {"run_command", "kamal-proxy run --metrics-port 9090"}});
  const Phase phase = plan_boot_config(samples::config(), boot_files(run, {}));
  CHECK(samples::find(phase, "image-version")->command.words ==
        Words{"keep_boot_file", "image_version", "v0.9.5"});
}
