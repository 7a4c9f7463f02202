#include <fmt/format.h>

#include <algorithm>

#include "ui/reporters.h"
#include "ui/steps.h"

namespace liteship {
namespace {

constexpr std::int64_t progress_every_ms = 10'000;  // a CI log wants a sign of life, not a film

class PlainReporter : public Reporter {
 public:
  PlainReporter(const ReporterOptions& options, const ReporterStreams& streams)
      : options_(options), streams_(streams) {}

  void on_event(const Event& event) override {
    if (options_.verbosity == Verbosity::quiet) return;
    std::visit([this](const auto& e) { show(e); }, event);
  }
  void on_output(std::string_view bytes) override {
    if (options_.verbosity >= Verbosity::verbose) streams_.err.write(as_output(bytes));
  }
  void answer(const std::string& text, const std::string&) override {
    if (!text.empty()) streams_.out.write(as_line(printable(text)));
  }
  void error(ErrorKind, const Diagnostic& diagnostic) override {
    streams_.err.write(render(diagnostic, options_.color));
  }
  void settle() override {}

 private:
  void show(const PhaseBegan& e) { detail("phase: " + e.phase); }
  void show(const PhaseEnded& e) {
    detail(fmt::format("phase: {} {}", e.phase, e.status));
    if (e.status != "done") steps_.clear();
  }
  void show(const StepBegan& e) {
    steps_.begin(e.step, e.title, now());
    line("step: " + e.title);
  }
  void show(const StepOutput& e) { line("  | " + e.text); }
  void show(const StepEnded& e) {
    const auto step = steps_.end(e.step, now());
    line(fmt::format("done: {} {}{}", step.title, describe_duration(step, now()),
                     e.note.empty() ? "" : ": " + e.note));
  }
  void show(const StepFailed& e) {
    const auto step = steps_.end(e.step, now());
    line(fmt::format("failed: {} {}: {}, status {}", step.title, describe_duration(step, now()),
                     e.reason, e.status));
  }
  void show(const UndoBegan& e) { line("undo: " + e.title); }
  void show(const FactFound& e) { detail(fmt::format("fact: {} {}", e.name, e.value)); }
  void show(const LockBusy& e) { detail("busy: " + e.holder); }
  void show(const Note& e) { line("note: " + e.text); }
  void show(const BytesMoved& e) {
    auto& step = steps_.at(e.step, now());
    step.done = e.done;
    step.total = e.total;
    if (elapsed_ms(std::max(told_, step.began), now()) < progress_every_ms) return;
    told_ = now();
    line(fmt::format("  {}: {}", step.title, describe_progress(step, now())));
  }

  void line(const std::string& text) {
    streams_.err.write(replace_all(printable(text), "\n", " ") + "\n");
  }
  void detail(const std::string& text) {
    if (options_.verbosity >= Verbosity::verbose) line(text);
  }
  [[nodiscard]] Moment now() const { return streams_.now(); }

  ReporterOptions options_;
  ReporterStreams streams_;
  OpenSteps steps_;
  Moment told_{};
};

}  // namespace

std::unique_ptr<Reporter> make_plain_reporter(const ReporterOptions& options,
                                              const ReporterStreams& streams) {
  return std::make_unique<PlainReporter>(options, streams);
}

}  // namespace liteship
