#pragma once
// Cuts the shell's stdout into lines and remembers how the phase goes.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "liteship/remote.h"

namespace liteship::ssh {

/// Follows one phase's events from its stdout.
class PhaseFollower {
 public:
  PhaseFollower(std::string phase, const EventSink& events)
      : phase_(std::move(phase)), events_(events) {}

  /// Takes output; every complete line is parsed and passed on, until the phase has ended.
  /// Errors: Error{internal} for a malformed event, a line over 1 MiB, or a phase that says more
  /// than 16 MB or 100,000 events: nothing of ours does, and somebody has to remember them.
  void take(std::string_view bytes);

  /// How it ended, once it has.
  [[nodiscard]] const std::optional<PhaseOutcome>& outcome() const { return outcome_; }
  /// Events so far, to notice silence.
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  void on_line(std::string_view line);
  void on_event(const Event& event);

  std::string phase_;
  const EventSink& events_;
  std::string partial_;
  PhaseFailed failed_;  // from the last step_failed
  PhaseBusy busy_;
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<PhaseOutcome> outcome_;
};

}  // namespace liteship::ssh
