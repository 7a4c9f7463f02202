#include <catch2/catch_test_macros.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("${NAME} in a value comes from the environment", "[config][variables]") {
  ConfigInput input = input_of(
      "service: notes\nservers: [\"${HOST}\"]\nimage: ${OWNER:-alice}/notes\n"
      "proxy: {app_port: \"${PORT}\"}\nlabels: {home: \"in $${HOME}\"}\n");
  input.environment = {{"HOST", "192.0.2.10"}, {"PORT", "8080"}, {"OWNER", ""}};
  const Config config = parse_config(input);
  CHECK(config.host == "192.0.2.10");
  CHECK(config.image == "alice/notes");
  CHECK(config.proxy.app_port == Port{8080});
  CHECK(config.labels.at("home") == "in ${HOME}");
}

TEST_CASE("a variable that is not set is an error at its place", "[config][variables]") {
  const auto errors = errors_of(std::string("service: notes\nservers:\n  - a-${HOST}\n"));
  REQUIRE(errors.size() >= 1);
  CHECK(shown({errors[0]}) ==
        "error: the variable `HOST` is not set\n"
        "  --> deploy.yml:3:7\n"
        "   |\n"
        " 3 |   - a-${HOST}\n"
        "   |       ^^^^^^^\n"
        "  help: set it, or give a default: `${HOST:-default}`\n");
}

TEST_CASE("below env the text stays as it is", "[config][variables]") {
  const Config config = parse(minimal + "env: {clear: {HOME_DIR: \"${HOME}/x\"}}\n");
  CHECK(config.env.clear.at("HOME_DIR") == "${HOME}/x");
}

TEST_CASE("what a container's shell replaces stays as it is", "[config][variables]") {
  const Config config = parse(
      "service: notes\naliases: {home: 'app exec \"echo ${HOME}\"'}\nservers:\n  web:\n"
      "    hosts: [192.0.2.10]\n    cmd: sh -c 'exec app -p ${PORT}'\n"
      "    options: {health-cmd: 'test -e ${NONE}'}\n");
  CHECK(config.aliases.at("home") == "app exec \"echo ${HOME}\"");
  CHECK(config.roles[0].cmd == "sh -c 'exec app -p ${PORT}'");
  CHECK(config.roles[0].options[0].second == "test -e ${NONE}");
}

TEST_CASE("a reference that is never closed is text", "[config][fuzz]") {
  CHECK(parse(minimal + "labels: {a: 'x ${A $${B'}\n").labels.at("a") == "x ${A ${B");
}
