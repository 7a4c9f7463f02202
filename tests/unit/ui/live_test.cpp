#include <catch2/catch_test_macros.hpp>

#include "ui/steps.h"
#include "unit/ui/capture.h"

using namespace liteship;
using namespace std::chrono_literals;

namespace {

/// What stays on a terminal of this width: overprinting and erasing applied.
std::string screen(const std::string& bytes) {
  std::string above;
  std::string line;
  bool overprint = false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes.compare(i, 3, "\x1b[K") == 0) {
      if (overprint) line.clear();
      overprint = false;
      i += 2;
    } else if (bytes[i] == '\r') {
      line.clear();
      overprint = true;
    } else if (bytes[i] == '\n') {
      above += line + "\n";
      line.clear();
      overprint = false;
    } else {
      overprint = false;
      line += bytes[i];
    }
  }
  return above + line;
}

}  // namespace

TEST_CASE("a live terminal ends with one line per step", "[ui]") {
  Capture capture({.format = Format::live});
  play_failed_release(capture);
  CHECK(screen(capture.err.text) ==
        "✓ Send the image (2.0 s, 10.0 MB)\n"
        "  │ KeyError: ?[2JDATABASE_URL\n"
        "✗ Start chat-web-4f2a91c (85 ms) died, status 1\n"
        "↶ Stop chat-web-4f2a91c\n"
        "• the old version still serves\n");
}

TEST_CASE("the live line shows bytes and rate, and settle() removes it", "[ui]") {
  Capture capture({.format = Format::live});
  capture.reporter->on_event(StepBegan{"send", "Send the image"});
  CHECK(screen(capture.err.text) == "… Send the image");
  capture.pass(2s);
  capture.reporter->on_event(BytesMoved{"send", 5'000'000, 10'000'000});
  CHECK(screen(capture.err.text) == "… Send the image  5.0 MB of 10.0 MB, 50 %, 2.5 MB/s");
  capture.reporter->settle();
  CHECK(screen(capture.err.text).empty());
}

TEST_CASE("the live line is elided to the terminal and keeps its numbers", "[ui]") {
  Capture capture({.format = Format::live, .terminal_width = 40});
  capture.reporter->on_event(StepBegan{"send", "Send the layers that the server lacks"});
  CHECK(width_of(screen(capture.err.text)) == 39);
  capture.pass(100ms);
  capture.reporter->on_event(BytesMoved{"send", 1000, 0});
  CHECK(screen(capture.err.text) == "… Send the layers that the ser…  1.0 kB");
}

TEST_CASE("bytes redraw the line at most every 50 ms", "[ui]") {
  Capture capture({.format = Format::live});
  capture.reporter->on_event(StepBegan{"send", "Send"});
  const auto before = capture.err.text.size();
  for (int i = 1; i < 50; ++i) {
    capture.pass(1ms);
    capture.reporter->on_event(BytesMoved{"send", 1000, 10'000});
  }
  CHECK(capture.err.text.size() == before);
  capture.pass(1ms);
  capture.reporter->on_event(BytesMoved{"send", 1000, 10'000});
  CHECK(capture.err.text.size() > before);
}

TEST_CASE("steps may overlap: the live line goes back to the one still open", "[ui]") {
  Capture capture({.format = Format::live});
  capture.reporter->on_event(StepBegan{"build", "Build"});
  capture.reporter->on_event(StepBegan{"connect", "Connect"});
  capture.reporter->on_event(StepEnded{"connect", "root@example"});
  CHECK(screen(capture.err.text) == "✓ Connect (0 ms) root@example\n… Build");
}

TEST_CASE("an answer and an error come after the live line is gone", "[ui]") {
  Capture capture({.format = Format::live});
  capture.reporter->on_event(StepBegan{"build", "Build"});
  capture.reporter->error(ErrorKind::usage, Diagnostic{.message = "bad"});
  CHECK(screen(capture.err.text) == "error: bad\n");
  capture.reporter->answer("yes\n", "true");
  CHECK(capture.out.text == "yes\n");
}

TEST_CASE("colour marks ticks and crosses", "[ui]") {
  Capture capture({.format = Format::live, .color = Color::on});
  capture.reporter->on_event(StepEnded{"build", ""});
  CHECK(capture.err.text.find("\x1b[32m✓\x1b[0m build") != std::string::npos);
}

TEST_CASE("elide counts characters, not bytes", "[ui]") {
  CHECK(elide("äöü", 3) == "äöü");
  CHECK(elide("äöüß", 3) == "äö…");
  CHECK(elide("abc", 1) == "…");
  CHECK(elide("abc", 0).empty());
}
