#include "config/docs.h"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
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

namespace {

bool may_be_scalar(const nlohmann::json& value) {
  const auto forms = value.contains("anyOf") ? value["anyOf"] : nlohmann::json::array({value});
  return std::any_of(forms.begin(), forms.end(), [](const nlohmann::json& form) {
    return form.contains("enum") || form.contains("pattern") ||
           (form.contains("type") && form["type"].is_array());
  });
}

/// Keys below `node` that a page does not explain, or whose value, when it is left out, it does
/// not.
void find_unexplained(const nlohmann::json& node, const std::string& path,
                      std::vector<std::string>& found) {
  if (node.is_array()) {
    for (const auto& form : node) find_unexplained(form, path, found);
    return;
  }
  if (!node.is_object()) return;
  for (const char* part : {"anyOf", "items", "additionalProperties"}) {
    if (node.contains(part)) find_unexplained(node[part], path, found);
  }
  if (!node.contains("properties")) return;
  const auto required = node.value("required", std::vector<std::string>());
  for (const auto& [key, value] : node["properties"].items()) {
    const std::string below = path.empty() ? key : path + "." + key;
    const auto said = value.value("description", std::string());
    const bool must_be = path.empty() ? key == "service" || key == "servers"
                                      : std::count(required.begin(), required.end(), key) > 0;
    const bool complete = must_be || !may_be_scalar(value) || said.find("nset") != said.npos ||
                          said.find("no effect") != said.npos || said.find("needed") != said.npos ||
                          said.find("required") != said.npos || said.find("Without") != said.npos;
    if (said.empty() || !complete) found.push_back(below);
    find_unexplained(value, below, found);
  }
}

}  // namespace

TEST_CASE("every key is explained, with its type and what holds without it", "[config][docs]") {
  std::vector<std::string> found;
  find_unexplained(nlohmann::json::parse(config_json_schema()), "", found);
  CHECK(join(found, " ").empty());
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
