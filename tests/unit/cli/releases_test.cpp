#include <catch2/catch_test_macros.hpp>

#include "unit/cli/fixture.h"
#include "unit/release/said.h"

using namespace liteship;

namespace {

FactFound released(const char* version) {
  return {"release", std::string(R"({"version":")") + version +
                         R"(","action":"deploy","status":"released","subject":"It's )" + version +
                         R"(","started":1,"finished":2})"};
}

}  // namespace

TEST_CASE("a version that was released twice serves once", "[cli][releases]") {
  Program program;
  program.write("deploy.yml", "service: chat\nimage: chat\nservers:\n  - 192.0.2.10\n");
  std::vector<Event> facts = said::serving();
  for (const char* version : {"1aaa", "2bbb", "1aaa", "2bbb"})
    facts.emplace_back(released(version));
  program.host.phase_replies = {{facts, PhaseSucceeded{}}};
  REQUIRE(program.run({"releases", "--json"}) == 0);
  std::vector<std::string> standing;
  for (std::size_t at = 0;
       (at = program.out.text.find("\"standing\":\"", at)) != std::string::npos;) {
    at += 12;
    standing.push_back(program.out.text.substr(at, program.out.text.find('"', at) - at));
  }
  CHECK(standing == std::vector<std::string>{"serves", "kept", "", ""});
}
