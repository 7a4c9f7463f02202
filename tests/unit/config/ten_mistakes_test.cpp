#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <sstream>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

namespace {

std::string file_text(const std::string& name) {
  std::ifstream file(std::string(SOURCE_DIR) + "/tests/unit/config/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("a file with ten mistakes gives ten diagnostics in one run", "[config][golden]") {
  const auto errors = errors_of(file_text("ten_mistakes.yml"));
  CHECK(errors.size() == 10);
  CHECK(shown(errors) == file_text("ten_mistakes.want"));
}
