// What can be typed: verbs, options, help, and every way to get them wrong.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "cli/help.h"
#include "cli/tree.h"
#include "cli/verbs.h"
#include "unit/cli/fixture.h"

using namespace liteship;
using Words = std::vector<std::string>;

namespace {

void collect(const CommandInfo& command, std::vector<const CommandInfo*>& all) {
  all.push_back(&command);
  for (const auto& sub : command.commands) collect(sub, all);
}

}  // namespace

TEST_CASE("the version is that of the build, in each of its spellings", "[cli]") {
  Program program;
  for (const auto& words : {Words{"--version"}, Words{"version"}}) {
    CHECK(program.run(words) == 0);
    CHECK(program.out.text == "deploy " LITESHIP_VERSION "\n");
    CHECK(program.requests.empty());
  }
  CHECK(program.run({"version", "--json"}) == 0);
  CHECK(program.out.text == "{\"type\":\"answer\",\"data\":\"" LITESHIP_VERSION "\"}\n");
}

TEST_CASE("help by -h leads with examples and fits one screen", "[cli]") {
  Program program;
  CHECK(program.run({"-h"}) == 0);
  const auto lines = split_lines(program.out.text);
  CHECK(lines.size() <= 50);
  CHECK(lines.at(2) == "Examples:");
  for (const auto& line : lines) CHECK(line.size() <= 100);
}

TEST_CASE("every command has both levels of help", "[cli]") {
  CommandLine line;
  const auto root = describe_tree(*build_tree(line), line);
  std::vector<const CommandInfo*> all;
  collect(root, all);
  CHECK(all.size() > 25);
  for (const auto* command : all) {
    INFO(command->path);
    CHECK_FALSE(command->summary.empty());
    CHECK_FALSE(command->summary.ends_with('.'));
    auto words = split(command->path, ' ');
    words.erase(words.begin());
    for (const auto* flag : {"-h", "--help"}) {
      auto with_flag = words;
      with_flag.emplace_back(flag);
      Program program;
      CHECK(program.run(with_flag) == 0);
      CHECK(contains(program.out.text, "Usage: " + command->path));
      CHECK(program.err.text.empty());
    }
    for (const auto& option : command->options) CHECK_FALSE(option.help.empty());
  }
}

TEST_CASE("help by --help of a command tells its options, those of all, and examples", "[cli]") {
  Program program;
  CHECK(program.run({"rollback", "--help"}) == 0);
  CHECK(contains(program.out.text, "Usage: deploy rollback [OPTIONS] [VERSION]"));
  CHECK(contains(program.out.text, "--lock-wait-timeout SECONDS"));
  CHECK(contains(program.out.text, "-d, --destination NAME"));
  CHECK(contains(program.out.text, "deploy rollback 4f2a91c"));
}

TEST_CASE("`help` before a command is `--help` behind it", "[cli]") {
  Program program;
  CHECK(program.run({"help", "rollback"}) == 0);
  CHECK(contains(program.out.text, "Usage: deploy rollback"));
  CHECK(program.run({"help"}) == 0);
  CHECK(contains(program.out.text, "Usage: deploy [COMMAND]"));
}

TEST_CASE("an unknown command names the nearest one", "[cli]") {
  Program program;
  CHECK(program.run({"rolback"}) == 2);
  CHECK(program.err.text ==
        "error: unknown command `rolback`\n"
        "  help: did you mean `rollback`? run `deploy --help` for all of them\n");
  CHECK(program.run({"app", "strat"}) == 2);
  CHECK(contains(program.err.text, "did you mean `start`? run `deploy app --help`"));
}

TEST_CASE("an unknown option names the nearest one", "[cli]") {
  Program program;
  CHECK(program.run({"logs", "--folow"}) == 2);
  CHECK(contains(program.err.text, "unknown option `--folow`"));
  CHECK(contains(program.err.text, "did you mean `--follow`?"));
}

TEST_CASE("what Kamal takes with every command, every command takes, and help is silent", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  CHECK(program.run({"status", "-H", "--lock-wait", "--lock-wait-timeout", "5",
                     "--lock-wait-interval", "1"}) == 0);
  CHECK(program.run({"exec", "-H", "ls"}) == 0);
  CHECK(program.run({"status", "--help"}) == 0);
  CHECK_FALSE(contains(program.out.text, "--lock-wait"));
  CHECK(program.run({"init", "--bundle"}) == 0);
}

TEST_CASE("Kamal's hidden commands work and are hidden", "[cli]") {
  Program program;
  CHECK(program.run({"accessory", "pull_image", "--help"}) == 0);
  CHECK(contains(program.out.text, "Usage: deploy accessory pull_image [OPTIONS] NAME"));
  for (const Words& words : {Words{"accessory", "--help"}, Words{"docs", "commands"},
                             Words{"docs", "man"}, Words{"completion", "fish"}}) {
    CHECK(program.run(words) == 0);
    CHECK_FALSE(contains(program.out.text, "'pull_image'"));
    CHECK_FALSE(contains(program.out.text, " pull_image "));
  }
}

TEST_CASE("options of a release do not leak into other commands", "[cli]") {
  Program program;
  CHECK(program.run({"status", "--skip-push"}) == 2);
  CHECK(contains(program.err.text, "`--skip-push` does not belong to `deploy status`"));
  CHECK(program.requests.empty());
}

TEST_CASE("a group without a command says what there is", "[cli]") {
  Program program;
  CHECK(program.run({"lock"}) == 2);
  CHECK(program.err.text ==
        "error: `deploy lock` needs a command\n  help: one of: status, acquire, release\n");
}

TEST_CASE("values are checked", "[cli]") {
  Program program;
  CHECK(program.run({"logs", "-n", "many"}) == 2);
  CHECK(contains(program.err.text, "--lines"));
  CHECK(program.run({"deploy", "--build", "moon"}) == 2);
  CHECK(contains(program.err.text, "moon"));
  CHECK(program.run({"completion", "tcsh"}) == 2);
  CHECK(program.run({"lock", "acquire"}) == 2);
  CHECK(contains(program.err.text, "--message"));
}

TEST_CASE("a usage error is JSON when JSON was asked for", "[cli]") {
  Program program;
  CHECK(program.run({"--json", "rolback"}) == 2);
  CHECK(program.out.text.starts_with(R"({"type":"error","kind":"usage","message":"unknown comm)"));
  CHECK(contains(program.out.text, R"("exit_code":2})"));
  CHECK(program.err.text.empty());
}

TEST_CASE("the man page and the reference come from the same tree", "[cli]") {
  Program program;
  CHECK(program.run({"docs", "man"}) == 0);
  CHECK(program.out.text.starts_with(".TH DEPLOY 1"));
  CHECK(contains(program.out.text, "deploy rollback"));
  CHECK(contains(program.out.text, ".B 75\n"));
  CHECK(program.run({"docs", "commands"}) == 0);
  std::ostringstream page;
  page << std::ifstream(SOURCE_DIR "/docs/commands.md").rdbuf();
  // When this fails: deploy docs commands > docs/commands.md
  CHECK(program.out.text == page.str());
}

TEST_CASE("docs prints a section of the schema", "[cli]") {
  Program program;
  CHECK(program.run({"docs", "proxy"}) == 0);
  CHECK(contains(program.out.text, "healthcheck"));
  CHECK(program.run({"docs", "proxi"}) == 2);
  CHECK(contains(program.err.text, "proxy"));
}
