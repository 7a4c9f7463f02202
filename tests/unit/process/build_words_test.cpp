// Which words `docker build`, `docker buildx build` and `pack build` get.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>

#include "liteship/process.h"

using namespace liteship;

namespace {

BuildRequest request() {
  BuildRequest r;
  r.reference = "app:1";
  r.labels = {{"service", "app"}};
  return r;
}

bool has(const Command& command, const std::string& word) {
  return std::find(command.words.begin(), command.words.end(), word) != command.words.end();
}

}  // namespace

TEST_CASE("builder.ssh knows this machine's variables", "[process][build]") {
  BuildRequest r = request();
  ::setenv("LITESHIP_TEST_SOCKET", "/run/agent", 1);
  r.ssh = "default=$LITESHIP_TEST_SOCKET";
  CHECK(has(build_command(r), "default=/run/agent"));
  r.ssh = "default=${LITESHIP_TEST_SOCKET},x";
  CHECK(has(build_command(r), "default=/run/agent,x"));
  ::unsetenv("LITESHIP_TEST_SOCKET");
}

TEST_CASE("a builder of its own has the cache, and a registry the attestations",
          "[process][build]") {
  BuildRequest r = request();
  r.buildx = BuildxBuilder{"kamal-local-docker-container",
                           "docker-container",
                           true,
                           "type=registry,ref=a/cache,mode=max",
                           "type=registry,ref=a/cache",
                           "mode=max",
                           "true"};
  r.platforms = {"linux/amd64", "linux/arm64"};
  const Command want{"docker",
                     "buildx",
                     "build",
                     "-t",
                     "app:1",
                     "-f",
                     "Dockerfile",
                     "--builder",
                     "kamal-local-docker-container",
                     "--output=type=registry",
                     "--cache-to",
                     "type=registry,ref=a/cache,mode=max",
                     "--cache-from",
                     "type=registry,ref=a/cache",
                     "--provenance=mode=max",
                     "--sbom=true",
                     "--platform",
                     "linux/amd64,linux/arm64",
                     "--label",
                     "service=app",
                     "-"};
  CHECK(build_command(r) == want);
  r.buildx->to_registry = false;
  const Command here = build_command(r);
  CHECK(has(here, "--output=type=docker"));
  CHECK_FALSE(has(here, "--sbom=true"));
}

TEST_CASE("buildpacks get the context as a folder and label the image", "[process][build]") {
  BuildRequest r = request();
  r.pack = Buildpacks{"heroku/builder:24", {"heroku/ruby"}};
  r.args = {{"A", "b c"}};
  r.secrets.emplace("TOKEN", Secret("hidden"));
  r.options = {"--no-cache"};
  Command command = build_command(r);
  REQUIRE(command.words.size() > 4);
  CHECK(command.words[0] == "sh");
  command.words.erase(command.words.begin(), command.words.begin() + 4);
  const Command want{"app:1",
                     "--builder",
                     "heroku/builder:24",
                     "--creation-time",
                     "now",
                     "--buildpack",
                     "heroku/ruby",
                     "--buildpack",
                     "paketo-buildpacks/image-labels",
                     "--env",
                     "BP_IMAGE_LABELS=service=app",
                     "--env",
                     "A=b c",
                     "--env",
                     "TOKEN",
                     "--clear-cache"};
  CHECK(command == want);
}
