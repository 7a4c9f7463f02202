#include <catch2/catch_test_macros.hpp>

#include "unit/ui/capture.h"

using namespace liteship;

TEST_CASE("JSON output is one object per line on stdout, with durations", "[ui]") {
  Capture capture({.format = Format::json});
  play_failed_release(capture);
  CHECK(capture.err.text.empty());
  CHECK(capture.out.text ==
        R"({"type":"phase_began","phase":"release"}
{"type":"step_began","step":"send","title":"Send the image"}
{"type":"bytes_moved","step":"send","done":5000000,"total":10000000}
{"type":"bytes_moved","step":"send","done":10000000,"total":10000000}
{"type":"step_ended","step":"send","note":"","duration_ms":2000}
{"type":"step_began","step":"start","title":"Start chat-web-4f2a91c"}
{"type":"step_output","step":"start","text":"KeyError: \u001b[2JDATABASE_URL"}
{"type":"step_failed","step":"start","status":1,"reason":"died","duration_ms":85}
{"type":"undo_began","step":"start","title":"Stop chat-web-4f2a91c"}
{"type":"phase_ended","phase":"release","status":"undone","duration_ms":2085}
{"type":"note","text":"the old version still serves"}
)");
}

TEST_CASE("a JSON answer is wrapped and stays on one line", "[ui]") {
  Capture capture({.format = Format::json});
  capture.reporter->answer("text", "{\n  \"version\": \"4f2a91c\"\n}");
  capture.reporter->answer("text", "");
  CHECK(capture.out.text ==
        "{\"type\":\"answer\",\"data\":{\"version\":\"4f2a91c\"}}\n"
        "{\"type\":\"answer\",\"data\":null}\n");
}

TEST_CASE("a JSON error has every field and the exit code", "[ui]") {
  Capture capture({.format = Format::json});
  capture.reporter->error(ErrorKind::lock_busy, Diagnostic{.message = "busy", .help = "wait"});
  capture.reporter->error(ErrorKind::usage,
                          Diagnostic{.message = "bad \xff", .where = Location{"a.yml", 3, 4}});
  CHECK(
      capture.out.text ==
      R"({"type":"error","kind":"lock_busy","message":"busy","where":null,"reason":"","notes":[],"help":"wait","exit_code":75}
{"type":"error","kind":"usage","message":"bad )"
      "\xef\xbf\xbd"
      R"(","where":{"file":"a.yml","line":3,"column":4},"reason":"","notes":[],"help":"","exit_code":2}
)");
}
