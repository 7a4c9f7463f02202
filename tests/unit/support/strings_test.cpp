#include <catch2/catch_test_macros.hpp>

#include "liteship/support.h"

using namespace liteship;
using Strings = std::vector<std::string>;

TEST_CASE("trim removes blanks at both ends only", "[support]") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n").empty());
}

TEST_CASE("split keeps empty pieces", "[support]") {
  CHECK(split("a,,b", ',') == Strings{"a", "", "b"});
  CHECK(split("", ',') == Strings{""});
  CHECK(split("a,", ',') == Strings{"a", ""});
}

TEST_CASE("split_lines takes both line ends and an unfinished last line", "[support]") {
  CHECK(split_lines("a\r\nb\n\nc") == Strings{"a", "b", "", "c"});
  CHECK(split_lines("a\n") == Strings{"a"});
  CHECK(split_lines("").empty());
}

TEST_CASE("join puts the separator between pieces only", "[support]") {
  CHECK(join(Strings{"a", "", "b"}, ", ") == "a, , b");
  CHECK(join(Strings{}, ", ").empty());
}

TEST_CASE("replace_all does not look at what it has replaced", "[support]") {
  CHECK(replace_all("aXbX", "X", "XX") == "aXXbXX");
  CHECK(replace_all("none", "X", "y") == "none");
}

TEST_CASE("parse_integer wants the whole text", "[support]") {
  CHECK(parse_integer("-42") == -42);
  CHECK(parse_integer("0") == 0);
  for (const auto* bad : {"", "4x", " 4", "+4", "9223372036854775808"}) {
    INFO(bad);
    CHECK_FALSE(parse_integer(bad));
  }
}

TEST_CASE("printable disarms terminal escapes and keeps UTF-8", "[support]") {
  CHECK(printable("a\x1b[2Jb\r\x7f") == "a?[2Jb??");
  CHECK(printable("ü\tz\n") == "ü\tz\n");
  CHECK(printable("a\u009b2J\u00a0\xc2") == "a?2J\u00a0\xc2");  // U+009B is ESC [ in one character
}

TEST_CASE("edit_distance counts a swap of neighbours as one edit", "[support]") {
  CHECK(edit_distance("helath", "health") == 1);
  CHECK(edit_distance("helthcheck", "healthcheck") == 1);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("same", "same") == 0);
  CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("closest_match stops at three edits and never replaces a whole word", "[support]") {
  const Strings keys = {"proxy", "image", "healthcheck"};
  CHECK(closest_match("helthchek", keys) == "healthcheck");
  CHECK(closest_match("porxy", keys) == "proxy");
  CHECK_FALSE(closest_match("database", keys));
  CHECK_FALSE(closest_match("x", Strings{"y"}));
}
