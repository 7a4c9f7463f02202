#include <catch2/catch_test_macros.hpp>

#include "liteship/image.h"

using namespace liteship;

TEST_CASE("dockerignore patterns match as docker's do", "[image][ignore]") {
  const auto ignores = [](const char* rules, const char* path) {
    return IgnoreRules(rules).ignores(path);
  };
  CHECK(ignores("tmp", "tmp"));
  CHECK(ignores("tmp", "tmp/a/b"));
  CHECK_FALSE(ignores("tmp", "a/tmp"));
  CHECK_FALSE(ignores("tmp", "tmpfile"));
  CHECK(ignores("/tmp/", "tmp/a"));
  CHECK(ignores("./a/../tmp", "tmp"));
  CHECK(ignores("*.log", "x.log"));
  CHECK_FALSE(ignores("*.log", "dir/x.log"));
  CHECK(ignores("*/*.log", "dir/x.log"));
  CHECK(ignores("**/*.log", "x.log"));
  CHECK(ignores("**/*.log", "a/b/x.log"));
  CHECK(ignores("a/**/z", "a/z"));
  CHECK(ignores("a/**/z", "a/b/c/z"));
  CHECK(ignores("a/**", "a/b"));
  CHECK_FALSE(ignores("a/**", "b/a"));
  CHECK(ignores("te?t", "test"));
  CHECK_FALSE(ignores("te?t", "te/t"));
  CHECK(ignores("[a-c].txt", "b.txt"));
  CHECK_FALSE(ignores("[^a-c].txt", "b.txt"));
  CHECK(ignores("\\*.txt", "*.txt"));
  CHECK_FALSE(ignores("\\*.txt", "a.txt"));
  CHECK(ignores("*", "anything/below"));
  CHECK_FALSE(ignores("# tmp\n\n", "tmp"));
  CHECK(ignores("\xef\xbb\xbftmp\r\n", "tmp"));
}

TEST_CASE("the last match wins and ! brings back", "[image][ignore]") {
  const IgnoreRules rules("*\n!src\n!docs/*.md\nsrc/secret\n");
  CHECK(rules.ignores("Makefile"));
  CHECK_FALSE(rules.ignores("src/main.c"));
  CHECK(rules.ignores("src/secret/key"));
  CHECK_FALSE(rules.ignores("docs/a.md"));
  CHECK(rules.ignores("docs/a.txt"));
}

TEST_CASE("a directory is walked when something below it may be included", "[image][ignore]") {
  const IgnoreRules rules("node_modules\nvendor\n!vendor/keep/me\ndocs\n!**/*.md\n");
  CHECK(rules.may_descend("src"));
  CHECK(rules.may_descend("vendor"));
  CHECK(rules.may_descend("vendor/keep"));
  CHECK(rules.may_descend("docs"));
  CHECK_FALSE(IgnoreRules("node_modules\n!src/x").may_descend("node_modules"));
}

TEST_CASE("a dozen stars take no time", "[image][ignore]") {
  std::string pattern;
  for (int i = 0; i < 12; ++i) pattern += "*a";
  CHECK(IgnoreRules(pattern).ignores(std::string(200, 'a')));
  // Tried one after the other, these are 10^18 ways.
  CHECK_FALSE(IgnoreRules(pattern + "b").ignores(std::string(200, 'a')));
  std::string parts;
  for (int i = 0; i < 12; ++i) parts += "**/a/";
  std::string path;
  for (int i = 0; i < 100; ++i) path += "a/";
  CHECK_FALSE(IgnoreRules(parts + "b").ignores(path + "c"));
}

TEST_CASE("a line that docker would not take is an error with its number", "[image][ignore]") {
  try {
    const IgnoreRules rules("a\n" + std::string(64 * 1024, 'b'));
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.diagnostics().front().where->line == 2);
  }
}
