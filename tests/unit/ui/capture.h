#pragma once
// Reporters that write into strings, on a clock that stands still until a test moves it.

#include <chrono>
#include <string>

#include "liteship/ui.h"

namespace liteship {

class StringSink : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

class Capture {
 public:
  explicit Capture(ReporterOptions options)
      : reporter(make_reporter(options, {out, err, [this] { return now; }})) {}

  void pass(std::chrono::milliseconds time) { now += time; }

  StringSink out;
  StringSink err;
  std::chrono::steady_clock::time_point now{std::chrono::hours{1}};
  std::unique_ptr<Reporter> reporter;
};

/// A release that fails at its second step.
inline void play_failed_release(Capture& capture) {
  using namespace std::chrono_literals;
  auto& reporter = *capture.reporter;
  reporter.on_event(PhaseBegan{"release"});
  reporter.on_event(StepBegan{"send", "Send the image"});
  reporter.on_event(BytesMoved{"send", 5'000'000, 10'000'000});
  capture.pass(2s);
  reporter.on_event(BytesMoved{"send", 10'000'000, 10'000'000});
  reporter.on_event(StepEnded{"send", ""});
  reporter.on_event(StepBegan{"start", "Start chat-web-4f2a91c"});
  capture.pass(85ms);
  reporter.on_event(StepOutput{"start", "KeyError: \x1b[2JDATABASE_URL"});
  reporter.on_event(StepFailed{"start", 1, "died"});
  reporter.on_event(UndoBegan{"start", "Stop chat-web-4f2a91c"});
  reporter.on_event(PhaseEnded{"release", "undone"});
  reporter.on_event(Note{"the old version still serves"});
}

}  // namespace liteship
