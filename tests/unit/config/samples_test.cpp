// Real projects' configurations, where the folder with them lies beside the repository
// (../shared/kamal-configs). They are not part of it: others wrote them.

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;
namespace fs = std::filesystem;

namespace {

const fs::path folder = fs::path(SOURCE_DIR).parent_path() / "shared/kamal-configs";

std::string content(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// Every variable that a file asks for has a value that could be one.
std::map<std::string, std::string> variables_of(const std::string& text) {
  std::map<std::string, std::string> variables;
  for (const std::string open : {"ENV[", "ENV.fetch(", "ENV.fetch ", "${"}) {
    for (auto at = text.find(open); at != text.npos; at = text.find(open, at + 1)) {
      auto begin = at + open.size();
      if (text[begin] == '"' || text[begin] == '\'') ++begin;
      const auto end = text.find_first_of("\"'}:", begin);
      const auto name = text.substr(begin, end - begin);
      const bool host = name.find("HOST") != name.npos || name.find("DOMAIN") != name.npos ||
                        name.find("IP") != name.npos;
      variables[name] = host ? "192.0.2.10" : name.find("PORT") != name.npos ? "8080" : "value";
    }
  }
  variables.erase("CI");
  return variables;
}

ConfigInput sample(const fs::path& base, const fs::path& overlay = {}) {
  ConfigInput input;
  input.base = {base.filename().string(), content(base)};
  std::string all = input.base.text;
  if (!overlay.empty()) {
    input.overlay = SourceText{overlay.filename().string(), content(overlay)};
    input.destination = overlay.stem().extension().string().substr(1);
    all += input.overlay->text;
  }
  input.environment = variables_of(all);
  input.erb.run_command = [](const std::string& command, const ErbTools::Variables&) {
    return CommandResult{0, command.find("port") != command.npos ? "22\n" : "192.0.2.10\n", ""};
  };
  input.erb.read_file = [](const std::string&) { return std::nullopt; };
  input.erb.exists = [](const std::string&) { return false; };
  input.erb.now = [] { return WallClock{1'700'000'000, 0, "UTC"}; };
  return input;
}

struct Counts {
  int loaded = 0;
  std::map<std::string, int> refused;  // by the first word that says why
};

/// Why we refuse it, in a word; each is a reason that a person would accept.
std::string reason(const std::vector<Diagnostic>& errors) {
  const auto has = [&](const std::string& text) {
    return messages(errors).find(text) != std::string::npos;
  };
  if (has("written for Kamal 1")) return "Kamal 1";
  if (has("different hosts")) return "several hosts";
  if (has("needs Ruby")) return "needs Ruby";
  // Kamal refuses these, too.
  if (has("`ssl` needs a hostname") || has("unknown key `proxy` in `boot`")) return "as Kamal does";
  return "other: " + errors.front().message;
}

void count(const ConfigInput& input, const std::string& name, Counts& counts) {
  const auto errors = errors_of(input);
  if (errors.empty()) {
    ++counts.loaded;
    return;
  }
  ++counts.refused[reason(errors)];
  std::cout << "refused: " << name << "\n" << shown(errors);
}

}  // namespace

TEST_CASE("real projects' configurations load, or are refused for a good reason",
          "[config][samples]") {
  if (!fs::exists(folder)) SKIP("there is no folder ../shared/kamal-configs");
  Counts counts;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".yml") {
      count(sample(entry.path()), entry.path().filename().string(), counts);
    }
  }
  for (const auto& project : fs::directory_iterator(folder / "pairs")) {
    const fs::path base = project.path() / "deploy.yml";
    for (const auto& entry : fs::directory_iterator(project.path())) {
      if (!fs::exists(base) || entry.path() == base) continue;
      if (entry.path().extension() != ".yml") continue;
      const auto name = project.path().filename().string() + "/" + entry.path().filename().string();
      count(sample(base, entry.path()), name, counts);
    }
  }
  std::cout << counts.loaded << " load\n";
  for (const auto& [why, number] : counts.refused)
    std::cout << number << " refused: " << why << "\n";
  CHECK(counts.loaded > 0);
  for (const auto& [why, number] : counts.refused) CHECK_FALSE(why.starts_with("other"));
}

TEST_CASE("real projects' secrets files resolve", "[config][samples]") {
  if (!fs::exists(folder)) SKIP("there is no folder ../shared/kamal-configs");
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(folder / "secrets")) {
    const std::string text = content(entry.path());
    std::map<std::string, std::string> variables;
    for (const std::string& line : split_lines(text)) {
      const auto at = line.find("=$");
      if (at != line.npos && !line.starts_with("#")) variables[line.substr(0, at)] = "value";
    }
    const auto run = [](const std::string& command) {
      return CommandResult{0, command + "\n", ""};
    };
    INFO(entry.path());
    CHECK_FALSE(resolve_secrets({{"secrets", text}}, variables, run, {}).empty());
    ++seen;
  }
  CHECK(seen > 0);
}
