#include <fmt/format.h>

#include <algorithm>

#include "ui/reporters.h"
#include "ui/steps.h"

// Finished steps scroll up; the step that began last stays on one line that is overprinted:
//
//   ✓ Build chat:4f2a91c (3.1 s)
//   … Send the image  12.3 MB of 45.0 MB, 27 %, 8.1 MB/s

namespace liteship {
namespace {

constexpr std::int64_t redraw_every_ms = 50;  // faster than an eye, slower than a terminal
constexpr std::string_view erase_line = "\r\x1b[K";
constexpr std::string_view green = "32";
constexpr std::string_view red = "31";
constexpr std::string_view faint = "2";

class LiveReporter : public Reporter {
 public:
  LiveReporter(const ReporterOptions& options, const ReporterStreams& streams)
      : options_(options), streams_(streams) {}

  void on_event(const Event& event) override {
    if (options_.verbosity == Verbosity::quiet) return;
    std::visit([this](const auto& e) { show(e); }, event);
  }
  void on_output(std::string_view bytes) override {
    if (options_.verbosity < Verbosity::verbose) return;
    settle();
    streams_.err.write(as_output(bytes));
    if (bytes.ends_with('\n')) draw();
  }
  void answer(const std::string& text, const std::string&) override {
    settle();
    if (!text.empty()) streams_.out.write(as_line(printable(text)));
  }
  void error(ErrorKind, const Diagnostic& diagnostic) override {
    settle();
    streams_.err.write(render(diagnostic, options_.color));
  }
  void settle() override {
    if (!drawn_) return;
    streams_.err.write(erase_line);
    drawn_ = false;
  }

 private:
  void show(const PhaseBegan& e) { detail("phase " + e.phase); }
  void show(const PhaseEnded& e) {
    if (e.status != "done") steps_.clear();
    settle();
    detail(fmt::format("phase {} {}", e.phase, e.status));
    draw();
  }
  void show(const StepBegan& e) {
    steps_.begin(e.step, e.title, now());
    draw();
  }
  void show(const StepOutput& e) { print("  " + paint("│ ", faint) + clean(e.text)); }
  void show(const StepEnded& e) {
    const auto step = steps_.end(e.step, now());
    const auto note = e.note.empty() ? "" : " " + clean(e.note);
    print(fmt::format("{} {} {}", paint("✓", green), step.title,
                      paint(describe_duration(step, now()) + note, faint)));
  }
  void show(const StepFailed& e) {
    const auto step = steps_.end(e.step, now());
    print(fmt::format("{} {} {} {}, status {}", paint("✗", red), step.title,
                      paint(describe_duration(step, now()), faint), clean(e.reason), e.status));
  }
  void show(const UndoBegan& e) { print("↶ " + clean(e.title)); }
  void show(const FactFound& e) { detail(fmt::format("fact {} {}", e.name, e.value)); }
  void show(const LockBusy& e) { detail("busy " + e.holder); }
  void show(const Note& e) { print("• " + clean(e.text)); }
  void show(const BytesMoved& e) {
    auto& step = steps_.at(e.step, now());
    step.done = e.done;
    step.total = e.total;
    const bool last = e.total > 0 && e.done >= e.total;
    if (last || elapsed_ms(drawn_at_, now()) >= redraw_every_ms) draw();
  }

  /// A line that stays, above the live one.
  void print(const std::string& line) {
    settle();
    streams_.err.write(line + "\n");
    draw();
  }
  void detail(const std::string& text) {
    if (options_.verbosity >= Verbosity::verbose) print(paint(clean(text), faint));
  }

  void draw() {
    const auto* step = steps_.latest();
    if (step == nullptr) return settle();
    // One column less than the terminal has, else some of them wrap.
    const auto width = static_cast<std::size_t>(std::max(options_.terminal_width, 20)) - 1;
    auto tail = describe_progress(*step, now());
    if (!tail.empty()) tail = "  " + tail;
    const auto used = width_of(tail) + 2;
    const auto title = elide(step->title, width > used ? width - used : 1);
    streams_.err.write(fmt::format("\r{}\x1b[K", elide("… " + title + tail, width)));
    drawn_ = true;
    drawn_at_ = now();
  }

  [[nodiscard]] std::string paint(const std::string& text, std::string_view style) const {
    if (options_.color == Color::off) return text;
    return fmt::format("\x1b[{}m{}\x1b[0m", style, text);
  }
  [[nodiscard]] static std::string clean(const std::string& text) {
    return replace_all(printable(text), "\n", " ");
  }
  [[nodiscard]] Moment now() const { return streams_.now(); }

  ReporterOptions options_;
  ReporterStreams streams_;
  OpenSteps steps_;
  Moment drawn_at_{};
  bool drawn_ = false;
};

}  // namespace

std::unique_ptr<Reporter> make_live_reporter(const ReporterOptions& options,
                                             const ReporterStreams& streams) {
  return std::make_unique<LiveReporter>(options, streams);
}

}  // namespace liteship
