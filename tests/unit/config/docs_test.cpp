#include "config/docs.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <sstream>

#include "unit/config/help.h"

using namespace liteship;

TEST_CASE("every page is a section and tells what it is", "[config][docs]") {
  const std::vector<std::string> sections = config_sections();
  CHECK(sections.front() == "configuration");
  CHECK(sections.size() == embedded_config().size());
  for (const std::string& section : sections) {
    const std::string text = config_docs(section);
    INFO(section);
    CHECK(text.starts_with("# "));
    CHECK(text.find("\n#\n# ") != std::string::npos);
  }
}

TEST_CASE("no section lists them all", "[config][docs]") {
  CHECK_THAT(config_docs(""), Catch::Matchers::ContainsSubstring("  proxy          Proxy\n"));
}

TEST_CASE("the schema for editors in the tree is the one that the pages make", "[config][docs]") {
  std::ostringstream text;
  text << std::ifstream(SOURCE_DIR "/docs/deploy.schema.json").rdbuf();
  INFO("deploy docs --schema >docs/deploy.schema.json");
  CHECK(text.str() == config_json_schema());
}

TEST_CASE("an unknown section suggests the nearest", "[config][docs]") {
  try {
    static_cast<void>(config_docs("porxy"));
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    CHECK(error.diagnostics()[0].message == "there is no section `porxy`");
    CHECK(error.diagnostics()[0].help == "did you mean `proxy`? run `deploy docs proxy`");
  }
}
