// What people copy must work: every deploy.yml in a page, an example or a template loads, and no
// page points at a file that is not there.

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;
namespace fs = std::filesystem;

namespace {

const fs::path root = SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// README, CHANGELOG, docs and examples, as git has them: nothing below a build folder.
std::vector<fs::path> pages() {
  std::vector<fs::path> found = {root / "README.md", root / "CHANGELOG.md",
                                 root / "tests/server/README.md"};
  for (const char* folder : {"docs", "examples"}) {
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const bool built = entry.path().string().find("/build") != std::string::npos;
      if (!built && entry.path().extension() == ".md") found.push_back(entry.path());
    }
  }
  return found;
}

std::vector<std::string> yaml_blocks(const std::string& page) {
  std::vector<std::string> blocks;
  constexpr std::string_view open = "\n```yaml\n";
  for (auto at = page.find(open); at != std::string::npos; at = page.find(open, at + 1)) {
    const auto begin = at + open.size();
    blocks.push_back(page.substr(begin, page.find("\n```", begin) + 1 - begin));
  }
  return blocks;
}

/// A block without a service is a piece of a file.
std::string whole(const std::string& block) {
  const bool complete =
      block.starts_with("service:") || block.find("\nservice:") != std::string::npos;
  return complete ? block : minimal + block;
}

}  // namespace

TEST_CASE("every deploy.yml in a page loads", "[config][docs]") {
  int seen = 0;
  for (const auto& path : pages()) {
    for (const auto& block : yaml_blocks(text_of(path))) {
      INFO(path << "\n" << block);
      CHECK(shown(errors_of(whole(block))).empty());
      ++seen;
    }
  }
  CHECK(seen > 0);
}

TEST_CASE("every example's deploy.yml loads", "[config][docs]") {
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(root / "examples")) {
    const auto path = entry.path() / "deploy.yml";
    if (!fs::exists(path)) continue;
    INFO(path);
    CHECK(shown(errors_of(text_of(path))).empty());
    ++seen;
  }
  CHECK(seen > 0);
}

TEST_CASE("what init writes loads", "[config][docs]") {
  const auto text =
      replace_all(text_of(root / "templates/init/deploy.yml"), "{{service}}", "notes");
  CHECK(shown(errors_of(text)).empty());
}

TEST_CASE("every link of a page leads to a file", "[docs]") {
  const std::regex link(R"(\]\(([^)#:]+)(#[^)]*)?\))");
  int seen = 0;
  for (const auto& path : pages()) {
    const auto text = text_of(path);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      INFO(path << ": " << (*at)[1]);
      CHECK(fs::exists(path.parent_path() / (*at)[1].str()));
      ++seen;
    }
  }
  CHECK(seen > 0);
}
