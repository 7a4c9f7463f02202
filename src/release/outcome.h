#pragma once
// How a phase ended, as an error that says what to do.

#include <deque>
#include <string>

#include "liteship/diagnostic.h"
#include "liteship/release.h"

namespace liteship {

/// Runs a phase and keeps what an explanation needs: facts, the failed step's output, the log's
/// end.
class PhaseRun {
 public:
  explicit PhaseRun(Session& session) : session_(session) {}

  [[nodiscard]] PhaseOutcome run(Host& host, const PhaseScript& script);
  [[nodiscard]] const std::vector<FactFound>& facts() const { return facts_; }
  [[nodiscard]] const std::vector<std::string>& output() const { return output_; }
  [[nodiscard]] const std::vector<std::pair<std::string, std::int64_t>>& step_ms() const {
    return step_ms_;
  }

  /// The step that began last; empty before the first.
  [[nodiscard]] const std::string& step() const { return step_; }
  /// Does the phase go on when nobody watches it?
  [[nodiscard]] bool outlives() const { return outlives_; }

 private:
  void note(const Event& event);
  Session& session_;
  std::vector<FactFound> facts_;
  std::vector<std::string> output_;  // of the step at work
  std::vector<std::pair<std::string, std::int64_t>> step_ms_;
  std::string step_;
  bool outlives_ = false;
  std::int64_t step_began_ = 0;
};

/// Host::stream_into as far as the call itself is concerned: the status is the program's own.
/// Errors: Error{connection} when it was lost, Error{interrupted}.
[[nodiscard]] CommandOutcome stream_to_end(Session& session, const Command& command,
                                           ByteSource& input);

/// Returns only when the phase succeeded.
/// Errors: by the outcome; `serving` says what serves now, for the message.
void require_success(const PhaseOutcome& outcome, const PhaseRun& run, const std::string& serving);

}  // namespace liteship
