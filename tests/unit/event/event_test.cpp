#include "liteship/event.h"

#include <catch2/catch_test_macros.hpp>

#include "liteship/diagnostic.h"

using namespace liteship;

TEST_CASE("every kind of line becomes its event", "[event]") {
  CHECK(parse_event("phase release") == Event(PhaseBegan{"release"}));
  CHECK(parse_event("step wait-healthy Wait for  /up ") ==
        Event(StepBegan{"wait-healthy", "Wait for  /up "}));
  CHECK(parse_event("step start-My_Role Start") == Event(StepBegan{"start-My_Role", "Start"}));
  CHECK(parse_event("out migrate  -- 2 rows") == Event(StepOutput{"migrate", " -- 2 rows"}));
  CHECK(parse_event("ok proxy already running") == Event(StepEnded{"proxy", "already running"}));
  CHECK(parse_event("fail start 137 died") == Event(StepFailed{"start", 137, "died"}));
  CHECK(parse_event("undo start Stop the new version") ==
        Event(UndoBegan{"start", "Stop the new version"}));
  CHECK(parse_event("fact disk_free 12 GB") == Event(FactFound{"disk_free", "12 GB"}));
  CHECK(parse_event(R"(busy {"by":"ann"})") == Event(LockBusy{R"({"by":"ann"})"}));
  for (const auto* status : {"done", "failed", "undone", "lost", "busy"}) {
    CHECK(parse_event(std::string("end release ") + status) ==
          Event(PhaseEnded{"release", status}));
  }
}

TEST_CASE("output, notes and values may be empty", "[event]") {
  CHECK(parse_event("out app") == Event(StepOutput{"app", ""}));
  CHECK(parse_event("out app ") == Event(StepOutput{"app", ""}));
  CHECK(parse_event("ok app") == Event(StepEnded{"app", ""}));
  CHECK(parse_event("ok app ") == Event(StepEnded{"app", ""}));
  CHECK(parse_event("fact running") == Event(FactFound{"running", ""}));
}

TEST_CASE("an unknown kind is left to newer versions", "[event]") {
  for (const auto* line : {"", "hello", "Phase release", "steps a b", " step a b"}) {
    INFO(line);
    CHECK_FALSE(parse_event(line));
  }
}

TEST_CASE("a known kind with missing or wrong words is an error", "[event]") {
  for (const auto* line : {"phase",
                           "phase ",
                           "phase rel.ease",
                           "phase a b",
                           "step",
                           "step start",
                           "step start ",
                           "step  title",
                           "step a/b title",
                           "out",
                           "ok",
                           "ok ",
                           "fail",
                           "fail start",
                           "fail start x died",
                           "fail start -1 died",
                           "fail start 256 died",
                           "fail start 1",
                           "fail start 1 ",
                           "undo start",
                           "fact",
                           "fact disk;x 1",
                           "busy",
                           "busy ",
                           "end",
                           "end release",
                           "end release ok",
                           "end release done now"}) {
    INFO(line);
    CHECK_THROWS_AS(parse_event(line), Error);
  }
}

TEST_CASE("a NUL byte and a line over 1 MiB are errors", "[event]") {
  CHECK_THROWS_AS(parse_event(std::string_view("out app a\0b", 11)), Error);
  std::string line = "out app ";
  line.append((std::size_t{1} << 20) - line.size(), 'x');
  CHECK(parse_event(line));
  CHECK_THROWS_AS(parse_event(line + "x"), Error);
}

TEST_CASE("the error of a malformed line shows it without its escapes", "[event]") {
  try {
    (void)parse_event("fail start \x1b[2J died");
    FAIL("must throw");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::internal);
    CHECK(std::string(error.what()) == "the server sent a malformed event: `fail start ?[2J died`");
  }
}

TEST_CASE("events print as one JSON object each", "[event]") {
  CHECK(to_json(PhaseBegan{"release"}) == R"({"type":"phase_began","phase":"release"})");
  CHECK(to_json(StepBegan{"a", "Do \"it\""}) ==
        R"({"type":"step_began","step":"a","title":"Do \"it\""})");
  CHECK(to_json(StepOutput{"a", "ü\n"}) == R"({"type":"step_output","step":"a","text":"ü\n"})");
  CHECK(to_json(StepEnded{"a", ""}) == R"({"type":"step_ended","step":"a","note":""})");
  CHECK(to_json(StepFailed{"a", 137, "died"}) ==
        R"({"type":"step_failed","step":"a","status":137,"reason":"died"})");
  CHECK(to_json(UndoBegan{"a", "b"}) == R"({"type":"undo_began","step":"a","title":"b"})");
  CHECK(to_json(FactFound{"a", "b"}) == R"({"type":"fact_found","name":"a","value":"b"})");
  CHECK(to_json(PhaseEnded{"a", "done"}) ==
        R"({"type":"phase_ended","phase":"a","status":"done"})");
  CHECK(to_json(BytesMoved{"push", 5, 10}) ==
        R"({"type":"bytes_moved","step":"push","done":5,"total":10})");
  CHECK(to_json(Note{"hi"}) == R"({"type":"note","text":"hi"})");
}

TEST_CASE("a lock's holder is embedded as JSON when it is JSON", "[event]") {
  CHECK(to_json(LockBusy{R"({"by":"ann"})"}) == R"({"type":"lock_busy","holder":{"by":"ann"}})");
  CHECK(to_json(LockBusy{"ann"}) == R"({"type":"lock_busy","holder":"ann"})");
}

TEST_CASE("output that is not UTF-8 still makes valid JSON", "[event]") {
  CHECK(to_json(StepOutput{"a", "x\xff"}) ==
        "{\"type\":\"step_output\",\"step\":\"a\",\"text\":\"x\xef\xbf\xbd\"}");
}

TEST_CASE("a holder that nests without end is a text", "[event][fuzz]") {
  const std::string json = to_json(LockBusy{std::string(500'000, '[') + std::string(500'000, ']')});
  CHECK(json.starts_with(R"({"type":"lock_busy","holder":"[[[)"));
}
