#include <catch2/catch_test_macros.hpp>

#include "unit/ui/capture.h"

using namespace liteship;
using namespace std::chrono_literals;

TEST_CASE("plain output is one line per event", "[ui]") {
  Capture capture({.format = Format::plain});
  play_failed_release(capture);
  CHECK(capture.err.text ==
        "step: Send the image\n"
        "done: Send the image (2.0 s, 10.0 MB)\n"
        "step: Start chat-web-4f2a91c\n"
        "  | KeyError: ?[2JDATABASE_URL\n"
        "failed: Start chat-web-4f2a91c (85 ms): died, status 1\n"
        "undo: Stop chat-web-4f2a91c\n"
        "note: the old version still serves\n");
  CHECK(capture.out.text.empty());
}

TEST_CASE("verbose plain output adds phases, facts and raw output", "[ui]") {
  Capture capture({.format = Format::plain, .verbosity = Verbosity::verbose});
  capture.reporter->on_event(PhaseBegan{"inspect"});
  capture.reporter->on_event(FactFound{"os", "debian"});
  capture.reporter->on_output("raw\n");
  capture.reporter->on_event(PhaseEnded{"inspect", "done"});
  CHECK(capture.err.text == "phase: inspect\nfact: os debian\nraw\nphase: inspect done\n");
}

TEST_CASE("quiet output is the answer and the errors", "[ui]") {
  Capture capture({.format = Format::plain, .verbosity = Verbosity::quiet});
  play_failed_release(capture);
  capture.reporter->on_output("raw\n");
  CHECK(capture.err.text.empty());
  capture.reporter->answer("4f2a91c", "\"4f2a91c\"");
  capture.reporter->error(ErrorKind::usage, Diagnostic{.message = "bad"});
  CHECK(capture.out.text == "4f2a91c\n");
  CHECK(capture.err.text == "error: bad\n");
}

TEST_CASE("a long transfer gives a plain log a sign of life every 10 s", "[ui]") {
  Capture capture({.format = Format::plain});
  capture.reporter->on_event(StepBegan{"send", "Send"});
  for (std::uint64_t second = 1; second <= 25; ++second) {
    capture.pass(1s);
    capture.reporter->on_event(BytesMoved{"send", second * 1'000'000, 100'000'000});
  }
  CHECK(capture.err.text ==
        "step: Send\n"
        "  Send: 10.0 MB of 100.0 MB, 10 %, 1.0 MB/s\n"
        "  Send: 20.0 MB of 100.0 MB, 20 %, 1.0 MB/s\n");
}

TEST_CASE("a title cannot break out of its line", "[ui]") {
  Capture capture({.format = Format::plain});
  capture.reporter->on_event(StepBegan{"a", "one\ntwo"});
  CHECK(capture.err.text == "step: one two\n");
}
