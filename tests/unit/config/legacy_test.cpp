#include <catch2/catch_test_macros.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("a Kamal 1 file gets one error with every changed key", "[config][kamal1]") {
  const auto errors =
      errors_of(std::string("service: notes\n"
                            "servers:\n"
                            "  web:\n"
                            "    hosts: [192.0.2.10]\n"
                            "    traefik: true\n"
                            "builder:\n"
                            "  multiarch: false\n"
                            "  remote: {arch: amd64, host: ssh://a@b}\n"
                            "healthcheck: {path: /up}\n"
                            "traefik: {args: {}}\n"
                            "stop_wait_time: 20\n"));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == "`deploy.yml` is written for Kamal 1");
  CHECK(errors[0].where->line == 5);
  REQUIRE(errors[0].notes.size() == 6);
  CHECK(errors[0].notes[0] ==
        "line 5: `servers.web.traefik` is now `servers.web.proxy: true` or `false`");
  CHECK(errors[0].notes[5] == "line 11: `stop_wait_time` is now `drain_timeout`");
}

TEST_CASE("Kamal 2's builder.local and builder.remote are no Kamal 1 keys", "[config][kamal1]") {
  const Config config = parse(minimal + "builder: {local: false, remote: ssh://a@b}\n");
  CHECK_FALSE(config.builder.local);
  CHECK(config.builder.remote == "ssh://a@b");
}
