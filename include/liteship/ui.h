#pragma once
// Events for people and programs: a live terminal, plain lines, JSON lines, and always a log file.

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "liteship/diagnostic.h"
#include "liteship/event.h"
#include "liteship/support.h"

namespace liteship {

enum class Format { automatic, live, plain, json };
enum class Verbosity { quiet, normal, verbose, debug };

/// Shows what happens. stdout is the answer; stderr is the conversation. Those of make_reporter may
/// be called from several threads.
class Reporter {
 public:
  virtual ~Reporter() = default;
  virtual void on_event(const Event& event) = 0;
  /// A command's or script's raw output (shown with -v; always logged).
  virtual void on_output(std::string_view bytes) = 0;
  /// The answer: text for people, or the same as one JSON value with --json.
  virtual void answer(const std::string& text, const std::string& json) = 0;
  virtual void error(ErrorKind kind, const Diagnostic& diagnostic) = 0;
  /// Ends a live line, so that something else may write to the terminal.
  virtual void settle() = 0;
  /// Tells `other`, too, from now on; what it does with that is no concern of the person.
  virtual void also(std::unique_ptr<Reporter>) {}
  /// The command ends with this exit code. Result: what the person should know of it, or "".
  virtual std::string finish(int) { return ""; }
};

struct ReporterOptions {
  Format format = Format::automatic;
  Verbosity verbosity = Verbosity::normal;
  Color color = Color::off;
  int terminal_width = 80;
  std::filesystem::path log_file;  // "" : none
};

/// What this process should use: looks at isatty(2), NO_COLOR, TERM and the window's width.
[[nodiscard]] ReporterOptions detect_options(Format format, Verbosity verbosity);

/// A reporter on this process's stdout and stderr; the log file, if any, is created now (0600).
[[nodiscard]] std::unique_ptr<Reporter> make_reporter(const ReporterOptions& options);

/// Where a reporter writes, and its clock. The sinks must outlive the reporter.
struct ReporterStreams {
  ByteSink& out;  // stdout
  ByteSink& err;  // stderr
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The same on these streams.
[[nodiscard]] std::unique_ptr<Reporter> make_reporter(const ReporterOptions& options,
                                                      const ReporterStreams& streams);

/// Logs to this file; one that cannot be created is none. Its folder is made.
[[nodiscard]] std::unique_ptr<Reporter> make_log_reporter(const std::filesystem::path& path);

// ---- OpenTelemetry

using OtelAttributes = std::vector<std::pair<std::string, std::string>>;

/// Sends one body, JSON as OTLP/HTTP takes it at /v1/logs. Result: why it could not, or "".
using OtelSend = std::function<std::string(const std::string& body)>;

struct OtelLog {
  OtelAttributes resource;  // of everything that is sent
  OtelAttributes command;   // of the events that tell its beginning and its end
  bool release = false;     // the end says `deployment.status`, too
  OtelSend send;            // called by a thread of its own, one call at a time
};

/// Sends what a plain reporter with -v prints, each line a log record, and the events kamal.start,
/// then kamal.complete or kamal.failed, with the attributes that Kamal 2.12 gives them. A hundred
/// records go at once, or what there is every 5 s; nothing more once `send` has failed.
[[nodiscard]] std::unique_ptr<Reporter> make_otel_reporter(OtelLog log);

/// Writes to a descriptor that stays open. Errors: std::system_error, e.g. EPIPE.
class DescriptorSink : public ByteSink {
 public:
  explicit DescriptorSink(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view bytes) override;

 private:
  int descriptor_;
};

/// The name of a new log file in $XDG_STATE_HOME/liteship or ~/.local/state/liteship, made if it is
/// missing (0700); removes all but the 19 newest logs there.
///
/// Result: "" when there is no such directory and none can be made: a log is worth having, but its
///         lack must not stop a release.
[[nodiscard]] std::filesystem::path new_log_file(const std::string& command);

}  // namespace liteship
