#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <vector>

#include "ui/log_file.h"
#include "ui/reporters.h"

namespace liteship {
namespace {

std::unique_ptr<Reporter> make_face(const ReporterOptions& options,
                                    const ReporterStreams& streams) {
  switch (options.format) {
    case Format::json:
      return make_json_reporter(options, streams);
    case Format::live:
      return make_live_reporter(options, streams);
    case Format::plain:
    case Format::automatic:  // detect_options() decides; without it there is no terminal
      return make_plain_reporter(options, streams);
  }
  return make_plain_reporter(options, streams);
}

/// Everything but the answer, in a file.
class LogReporter : public Reporter {
 public:
  explicit LogReporter(const std::filesystem::path& path) : log_(path) {}
  void on_event(const Event& event) override { log_.line(to_json(event)); }
  void on_output(std::string_view bytes) override { log_.output(bytes); }
  void answer(const std::string&, const std::string&) override {}
  void error(ErrorKind kind, const Diagnostic& diagnostic) override {
    log_.line(kind_name(kind) + " " + render(diagnostic, Color::off));
  }
  void settle() override {}

 private:
  LogFile log_;
};

/// Tells everything to the others, the log first, then shows it; one caller at a time.
class SharingReporter : public Reporter {
 public:
  SharingReporter(const ReporterOptions& options, const ReporterStreams& streams)
      : face_(make_face(options, streams)) {
    others_.push_back(std::make_unique<LogReporter>(options.log_file));
  }

  void on_event(const Event& event) override {
    const std::lock_guard guard(mutex_);
    for (const auto& other : others_) other->on_event(event);
    face_->on_event(event);
  }
  void on_output(std::string_view bytes) override {
    const std::lock_guard guard(mutex_);
    for (const auto& other : others_) other->on_output(bytes);
    face_->on_output(bytes);
  }
  void answer(const std::string& text, const std::string& json) override {
    const std::lock_guard guard(mutex_);
    for (const auto& other : others_) other->answer(text, json);
    face_->answer(text, json);
  }
  void error(ErrorKind kind, const Diagnostic& diagnostic) override {
    const std::lock_guard guard(mutex_);
    for (const auto& other : others_) other->error(kind, diagnostic);
    face_->error(kind, diagnostic);
  }
  void settle() override {
    const std::lock_guard guard(mutex_);
    face_->settle();
  }
  void also(std::unique_ptr<Reporter> other) override {
    const std::lock_guard guard(mutex_);
    others_.push_back(std::move(other));
  }
  std::string finish(int exit_code) override {
    const std::lock_guard guard(mutex_);
    for (const auto& other : others_) {
      const std::string trouble = other->finish(exit_code);
      if (!trouble.empty()) face_->on_event(Note{trouble});
    }
    return "";
  }

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Reporter>> others_;
  std::unique_ptr<Reporter> face_;
};

/// A SharingReporter on the process's own stdout and stderr.
class ProcessReporter : public Reporter {
 public:
  explicit ProcessReporter(const ReporterOptions& options)
      : reporter_(options, ReporterStreams{.out = out_, .err = err_}) {}
  void on_event(const Event& event) override { reporter_.on_event(event); }
  void on_output(std::string_view bytes) override { reporter_.on_output(bytes); }
  void answer(const std::string& text, const std::string& json) override {
    reporter_.answer(text, json);
  }
  void error(ErrorKind kind, const Diagnostic& diagnostic) override {
    reporter_.error(kind, diagnostic);
  }
  void settle() override { reporter_.settle(); }
  void also(std::unique_ptr<Reporter> other) override { reporter_.also(std::move(other)); }
  std::string finish(int exit_code) override { return reporter_.finish(exit_code); }

 private:
  DescriptorSink out_{STDOUT_FILENO};
  DescriptorSink err_{STDERR_FILENO};
  SharingReporter reporter_;
};

bool has_value(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

int terminal_width() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string as_line(std::string text) {
  if (!text.ends_with('\n')) text += '\n';
  return text;
}

std::string as_output(std::string_view bytes) {
  return printable(replace_all(replace_all(bytes, "\r\n", "\n"), "\r", "\n"));
}

ReporterOptions detect_options(Format format, Verbosity verbosity) {
  const char* term = std::getenv("TERM");
  const bool capable = isatty(STDERR_FILENO) == 1 && term != nullptr && std::string(term) != "dumb";
  ReporterOptions options{.format = format, .verbosity = verbosity};
  if (format == Format::automatic) options.format = capable ? Format::live : Format::plain;
  // https://no-color.org: any value but the empty one turns colour off
  options.color = capable && !has_value("NO_COLOR") ? Color::on : Color::off;
  options.terminal_width = terminal_width();
  return options;
}

std::unique_ptr<Reporter> make_reporter(const ReporterOptions& options,
                                        const ReporterStreams& streams) {
  return std::make_unique<SharingReporter>(options, streams);
}

std::unique_ptr<Reporter> make_log_reporter(const std::filesystem::path& path) {
  std::error_code none;
  std::filesystem::create_directories(path.parent_path(), none);
  return std::make_unique<LogReporter>(path);
}

std::unique_ptr<Reporter> make_reporter(const ReporterOptions& options) {
  return std::make_unique<ProcessReporter>(options);
}

}  // namespace liteship
