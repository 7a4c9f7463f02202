// Which builder deploy.yml needs, and what it is told.

#include <catch2/catch_test_macros.hpp>

#include "release/steps.h"
#include "unit/plan/samples.h"

using namespace liteship;

namespace {

Config with_registry() {
  Config config = samples::config();
  config.registry = Registry{"ghcr.io", Credential("ada"), Credential("secret")};
  return config;
}

}  // namespace

TEST_CASE("the engine's own builder does what it can", "[release][build]") {
  Config config = with_registry();
  config.builder.driver = "docker-container";
  config.builder.arch = {"amd64"};
  config.builder.provenance = "false";
  CHECK(!buildx_builder(config));
  config.registry.reset();
  config.builder.arch = {"amd64", "arm64"};  // only the server's is built
  config.builder.cache = BuildCache{"registry", {}, {}};
  CHECK(!buildx_builder(config));
}

TEST_CASE("several architectures and attestations go to the registry", "[release][build]") {
  Config config = with_registry();
  config.builder.arch = {"amd64", "arm64"};
  config.builder.sbom = "true";
  const auto buildx = buildx_builder(config);
  REQUIRE(buildx);
  CHECK(buildx->name == "kamal-local-docker-container");
  CHECK(buildx->to_registry);
  CHECK(buildx->sbom == "true");
  CHECK(buildx->cache_to.empty());
  config.builder.driver = "docker";
  CHECK(!buildx_builder(config));
  config.builder.driver = "cloud org/name";
  CHECK(buildx_builder(config)->name == "cloud-org-name");
}

TEST_CASE("another engine builds what this machine's is not for", "[release][build]") {
  Config config = with_registry();
  Builder& builder = config.builder;
  const auto engine = [&](BuildPlace place) { return remote_engine(builder, place, "arm64"); };
  const std::string there = "ssh://ada@builder";
  builder.remote = there;
  CHECK(engine(BuildPlace::automatic).empty());  // the server's architecture is not known yet
  builder.arch = {"amd64"};
  CHECK(engine(BuildPlace::automatic) == there);
  CHECK(engine(BuildPlace::local).empty());
  CHECK(engine(BuildPlace::server).empty());
  builder.arch = {"amd64", "arm64"};
  CHECK(engine(BuildPlace::automatic).empty());
  builder.local = false;
  CHECK(engine(BuildPlace::automatic) == there);
  builder.remote = "server";
  CHECK(engine(BuildPlace::automatic).empty());

  builder.cache = BuildCache{"registry", {}, {}};
  CHECK(buildx_builder(config, there)->name == "kamal-remote-ssh---ada-builder");
  CHECK(buildx_builder(config, there)->engine == there);
  builder.driver = "cloud org/name";
  CHECK(buildx_builder(config, there)->engine.empty());
}

TEST_CASE("the cache is named as Kamal names it", "[release][build]") {
  Config config = with_registry();
  config.builder.cache = BuildCache{"registry", {}, "mode=max"};
  CHECK(buildx_builder(config)->cache_from == "type=registry,ref=ghcr.io/chat-build-cache");
  CHECK(buildx_builder(config)->cache_to == "type=registry,ref=ghcr.io/chat-build-cache,mode=max");
  config.builder.cache = BuildCache{"gha", {}, "mode=max,scope=main"};
  CHECK(buildx_builder(config)->cache_from == "type=gha,scope=main");
  CHECK(buildx_builder(config)->cache_to == "type=gha,mode=max,scope=main");
}

TEST_CASE("an output leaves the registry out, or makes no image at all", "[release][build]") {
  Config config = with_registry();
  config.builder.arch = {"amd64", "arm64"};
  Secrets secrets;
  FakeHost host;
  Interrupts interrupts;
  Session session{config, secrets, host, interrupts, [](const Event&) {}, [](std::string_view) {}};
  ReleaseOptions options;
  const auto words = [&](const char* output) {
    options.output = output;
    return build_command(build_request(session, samples::request("3ccc"), options)).words;
  };
  CHECK(samples::has(words(""), "--output=type=registry"));
  CHECK(samples::has(words("registry"), "--output=type=registry"));
  CHECK(samples::has(words("docker"), "--output=type=docker"));
  CHECK_FALSE(samples::has(words("docker"), "--platform"));
  CHECK(samples::has(words("tar,dest=app.tar"), "--output=type=tar,dest=app.tar"));
  config.builder.arch.clear();
  CHECK(samples::has(words("local,dest=out"), "--output=type=local,dest=out"));
  CHECK_FALSE(samples::has(words("docker"), "--output=type=docker"));
  config.builder.pack = BuildPack{"heroku/builder:24", {}};
  CHECK_THROWS_AS(words("tar"), Error);
}
