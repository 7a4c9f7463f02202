#include "liteship/diagnostic.h"

#include <catch2/catch_test_macros.hpp>
#include <set>

using namespace liteship;

TEST_CASE("a diagnostic shows what, where, why and how to fix", "[diagnostic]") {
  const Diagnostic diagnostic{
      .message = "unknown key `helthcheck`",
      .where = Location{"config/deploy.yml", 14, 3, 10, "  helthcheck:"},
      .reason = "the proxy has no such key",
      .notes = {"first note", "second\nnote"},
      .help = "did you mean `healthcheck`? run `deploy docs proxy` for every key"};
  CHECK(render(diagnostic, Color::off) ==
        "error: unknown key `helthcheck`\n"
        "  --> config/deploy.yml:14:3\n"
        "   |\n"
        "14 |   helthcheck:\n"
        "   |   ^^^^^^^^^^\n"
        "  why: the proxy has no such key\n"
        "  note: first note\n"
        "  note: second\n"
        "        note\n"
        "  help: did you mean `healthcheck`? run `deploy docs proxy` for every key\n");
}

TEST_CASE("a diagnostic without a place is short", "[diagnostic]") {
  CHECK(render(Diagnostic{.message = "no `deploy.yml` here"}, Color::off) ==
        "error: no `deploy.yml` here\n");
}

TEST_CASE("unknown line and column are left out", "[diagnostic]") {
  Diagnostic diagnostic{.message = "cannot read", .where = Location{.file = "a.yml"}};
  CHECK(render(diagnostic, Color::off) == "error: cannot read\n  --> a.yml\n");
  diagnostic.where->line = 3;
  CHECK(render(diagnostic, Color::off) == "error: cannot read\n  --> a.yml:3\n");
}

TEST_CASE("carets line up below tabs and wide characters", "[diagnostic]") {
  const Diagnostic diagnostic{.message = "bad", .where = Location{"a.yml", 1234, 4, 2, "\tüxyz"}};
  CHECK(render(diagnostic, Color::off) ==
        "error: bad\n"
        "  --> a.yml:1234:4\n"
        "     |\n"
        "1234 | \tüxyz\n"
        "     | \t  ^^\n");
}

TEST_CASE("carets end with the line", "[diagnostic]") {
  const Diagnostic diagnostic{.message = "bad", .where = Location{"a.yml", 1, 3, 99, "a: b"}};
  CHECK(render(diagnostic, Color::off).find("   |   ^^\n") != std::string::npos);
  const Diagnostic past{.message = "bad", .where = Location{"a.yml", 1, 9, 5, "a: b"}};
  CHECK(render(past, Color::off).find("   |     ^\n") != std::string::npos);
}

TEST_CASE("terminal escapes in a message are disarmed", "[diagnostic]") {
  const auto text = render(Diagnostic{.message = "log: \x1b[2J"}, Color::off);
  CHECK(text == "error: log: ?[2J\n");
}

TEST_CASE("colour only adds escapes", "[diagnostic]") {
  const Diagnostic diagnostic{.message = "bad", .help = "do"};
  CHECK(render(diagnostic, Color::on) ==
        "\x1b[1;31merror:\x1b[0m \x1b[1mbad\x1b[0m\n  \x1b[1;32mhelp:\x1b[0m do\n");
}

TEST_CASE("exit codes are those of the manual", "[diagnostic]") {
  CHECK(exit_code(ErrorKind::internal) == 1);
  CHECK(exit_code(ErrorKind::usage) == 2);
  CHECK(exit_code(ErrorKind::connection) == 3);
  CHECK(exit_code(ErrorKind::host_key) == 3);
  CHECK(exit_code(ErrorKind::release_failed) == 4);
  CHECK(exit_code(ErrorKind::needs_you) == 5);
  CHECK(exit_code(ErrorKind::lock_busy) == 75);
  CHECK(exit_code(ErrorKind::interrupted) == 130);
}

TEST_CASE("every kind has a name of its own", "[diagnostic]") {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::interrupted); ++kind) {
    names.insert(kind_name(static_cast<ErrorKind>(kind)));
  }
  CHECK(names.size() == 8);
}

TEST_CASE("an error tells its first message", "[diagnostic]") {
  const Error error(ErrorKind::usage, {Diagnostic{.message = "one"}, Diagnostic{.message = "two"}});
  CHECK(std::string(error.what()) == "one");
  CHECK(error.diagnostics().size() == 2);
}
