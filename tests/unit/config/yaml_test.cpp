#include "config/yaml.h"

#include <catch2/catch_test_macros.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("text that is not YAML is an error at its place", "[config][yaml]") {
  const auto errors = errors_of("service: notes\nservers: [192.0.2.10\nproxy:\n  ssl: true\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message.starts_with("this is not valid YAML: "));
  CHECK(errors[0].where->file == "deploy.yml");
  CHECK(errors[0].where->line >= 2);
}

TEST_CASE("a quote that is never closed is an error where it opens", "[config][yaml]") {
  for (const std::string value : {"\"x", "'x", "\"x\\\"", "'it''s\n  more"}) {
    const auto errors = errors_of(minimal + "x-a: " + value + "\n");
    REQUIRE_FALSE(errors.empty());
    CHECK(errors[0].message == "this quote is never closed");
    CHECK(errors[0].where->line == 3);
    CHECK(errors[0].where->column == 6);
  }
}

TEST_CASE("of a key that stands twice the last one counts, and is told", "[config][yaml]") {
  const Config config = parse(minimal + "service: other\n");
  CHECK(config.service == "other");
  REQUIRE(config.warnings.size() == 1);
  CHECK(config.warnings[0].message == "key `service` stands here twice: this one counts");
  CHECK(config.warnings[0].help == "the first is in line 1; remove one");
  CHECK(config.warnings[0].where->line == 3);
}

TEST_CASE("aliases cannot stand for more than memory holds", "[config][yaml]") {
  std::string text = "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (char c = 'b'; c <= 'i'; ++c) {
    const std::string one = "*" + std::string(1, static_cast<char>(c - 1));
    text += "x-" + std::string(1, c) + ": &" + std::string(1, c) + " [" + one + ", " + one + ", " +
            one + ", " + one + ", " + one + ", " + one + ", " + one + ", " + one + "]\n";
  }
  const auto errors = errors_of(minimal + text);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == "the file stands for more than 10000 values");
}

TEST_CASE("a value points at itself, with its quotes", "[config][yaml]") {
  Problems problems;
  const auto documents = config::parse_yaml(
      erb::unchanged("f.yml", "a: 'b c' # d\ne:\n  - \"x\\\"y\"\n  - plain text  \n"), problems);
  REQUIRE(documents.size() == 1);
  const Location quoted = documents[0].find("a")->where;
  CHECK(quoted == Location{"f.yml", 1, 4, 5, "a: 'b c' # d"});
  CHECK(documents[0].find("e")->items[0].where.length == 6);
  CHECK(documents[0].find("e")->items[1].where == Location{"f.yml", 4, 5, 10, "  - plain text  "});
  CHECK(documents[0].entry("e")->where == Location{"f.yml", 2, 1, 1, "e:"});
}

TEST_CASE("merge keys take effect where they stand", "[config][yaml]") {
  Problems problems;
  const auto documents =
      config::parse_yaml(erb::unchanged("f.yml",
                                        "a: &a {x: 1, y: 1}\nb: &b {y: 2}\nbefore: {y: 0, <<: *a}\n"
                                        "twice: {<<: *a, <<: *b}\ntext: {<<: t}\n"),
                         problems);
  CHECK(documents[0].find("before")->find("y")->text == "1");
  CHECK(documents[0].find("twice")->find("y")->text == "2");
  CHECK(documents[0].find("twice")->entries.size() == 2);
  CHECK(documents[0].find("text")->find("<<")->text == "t");
  CHECK(problems.warnings.empty());
}

TEST_CASE("a text by its tag is no number", "[config][yaml]") {
  CHECK(parse(minimal + "labels: {a: !!str 010}\n").labels.at("a") == "010");
}

TEST_CASE("merge keys copy maps; what stands behind them wins", "[config][yaml]") {
  Problems problems;
  const auto documents = config::parse_yaml(
      erb::unchanged("f.yml", "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n"),
      problems);
  const config::Node* merged = documents[0].find("c");
  CHECK(merged->find("x")->text == "3");
  CHECK(merged->find("y")->text == "1");
  CHECK(merged->find("z")->text == "2");
  CHECK(merged->find("<<") == nullptr);
}

TEST_CASE("a list is no configuration, and a second document does not count", "[config][yaml]") {
  CHECK(errors_of("- a\n")[0].message == "the file must hold keys and values");
  const Config config = parse(minimal + "---\nservice: b\n");
  CHECK(config.service == "notes");
  REQUIRE(config.warnings.size() == 1);
  CHECK(config.warnings[0].message == "only the first YAML document counts");
  CHECK(config.warnings[0].where->line == 4);
}

TEST_CASE("what nests without end is an error at its place", "[config][yaml][fuzz]") {
  for (const std::string open : {"[", "{a: ", "- ", "? "}) {
    std::string text = minimal + "labels:\n  ";
    for (int i = 0; i < 1000; ++i) text += open;
    const auto errors = errors_of(text);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "lists and maps nest deeper than 50 levels");
    CHECK(errors[0].where->line == 4);
  }
}

TEST_CASE("a file that is no configuration by its size is not read", "[config][yaml][fuzz]") {
  const auto errors = errors_of(minimal + std::string(300'000, '#'));
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == "the file is larger than 256 kB");
}

TEST_CASE("a line that fits no screen is named, not shown", "[config][yaml][fuzz]") {
  const auto errors = errors_of(minimal + "helth: [" + std::string(10'000, ' ') + "]\n");
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].where->line == 3);
  CHECK(errors[0].where->excerpt.empty());
}

TEST_CASE("a NUL byte is an error where it stands", "[config][yaml][fuzz]") {
  Problems problems;
  const auto documents =
      config::parse_yaml(erb::unchanged("f.yml", "a: \"x\\0\"\n\"y\\0\": z\n"), problems);
  REQUIRE(problems.errors.size() == 2);
  CHECK(problems.errors[0].message == "a value cannot hold a NUL byte");
  CHECK(problems.errors[1].where->line == 2);
}
