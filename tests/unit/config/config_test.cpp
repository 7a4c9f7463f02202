#include <catch2/catch_test_macros.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("the smallest file is a service and a host", "[config]") {
  const Config config = parse(minimal);
  CHECK(config.service == "notes");
  CHECK(config.image == "notes");
  CHECK(config.host == "192.0.2.10");
  REQUIRE(config.roles.size() == 1);
  CHECK(config.roles[0].name == "web");
  CHECK(config.roles[0].proxy == ProxyConfig{});
  CHECK(config.retain_containers == 5);
  CHECK(config.warnings.empty());
}
