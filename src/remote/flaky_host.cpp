#include <poll.h>

#include <algorithm>
#include <vector>

#include "liteship/remote.h"

namespace liteship {
namespace {

constexpr const char* cut = "the connection was cut";
const CommandOutcome dead{.status = -1, .error_output = cut};

// A server that is silent for ever; the limit is for a test that forgot to interrupt.
void wait_for_interrupt(Interrupts& interrupts) {
  pollfd wake{interrupts.wake_fd(), POLLIN, 0};
  (void)poll(&wake, 1, 10'000);
}

// Reads at most `count` bytes, as far as they were sent before the fault.
void swallow(ByteSource& input, std::size_t count) {
  std::vector<char> buffer(64UL * 1024);
  while (count > 0) {
    const std::size_t got = input.read(std::span(buffer).first(std::min(count, buffer.size())));
    if (got == 0) return;
    count -= got;
  }
}

}  // namespace

PhaseOutcome FlakyHost::run_phase(const PhaseScript& script, const EventSink& events,
                                  Interrupts& interrupts) {
  const bool strikes = strikes_now();
  if (dead_) return PhaseLost{cut};
  if (!strikes) return host_.run_phase(script, events, interrupts);
  std::size_t passed = 0;
  std::string step;
  // The server goes on; what it tells after the fault does not arrive.
  (void)host_.run_phase(
      script,
      [&](const Event& event) {
        if (passed++ >= fault_.after) return;
        if (const auto* begun = std::get_if<StepBegan>(&event)) step = begun->step;
        events(event);
      },
      interrupts);
  if (fault_.kind == Fault::Kind::garbled) {
    if (const auto event = parse_event(fault_.line)) events(*event);
  }
  return end_phase(script, step, interrupts);
}

PhaseOutcome FlakyHost::end_phase(const PhaseScript& script, const std::string& step,
                                  Interrupts& interrupts) {
  switch (fault_.kind) {
    case Fault::Kind::ended:
      return fault_.outcome;
    case Fault::Kind::killed:
      return PhaseLost{"the shell on the server was killed by signal 9"};
    case Fault::Kind::stalled:
      wait_for_interrupt(interrupts);
      return PhaseLost{"interrupted"};
    case Fault::Kind::interrupted:
      for (int i = 0; i < fault_.times; ++i) interrupts.raise();
      // The first one asks a release to take itself back, the second one leaves it alone.
      if (script.on_interrupt.empty() || fault_.times > 1) return PhaseLost{"interrupted"};
      return PhaseFailed{step, "interrupted", 130, true};
    case Fault::Kind::lost:
    case Fault::Kind::garbled:
      break;
  }
  dead_ = true;
  return PhaseLost{cut};
}

CommandOutcome FlakyHost::stream_into(const Command& command, ByteSource& input,
                                      Interrupts& interrupts) {
  const bool strikes = strikes_now();
  if (dead_) return dead;
  if (!strikes) return host_.stream_into(command, input, interrupts);
  swallow(input, fault_.after);
  return end_command(interrupts);
}

CommandOutcome FlakyHost::run_command(const Command& command, const OutputSink& out,
                                      const OutputSink& err, Interrupts& interrupts) {
  const bool strikes = strikes_now();
  if (dead_) return dead;
  if (!strikes) return host_.run_command(command, out, err, interrupts);
  return end_command(interrupts);
}

CommandOutcome FlakyHost::run_terminal(const Command& command) {
  const bool strikes = strikes_now();
  if (dead_) return dead;
  if (!strikes) return host_.run_terminal(command);
  Interrupts none;  // on a terminal they are the program's own
  return end_command(none);
}

CommandOutcome FlakyHost::end_command(Interrupts& interrupts) {
  switch (fault_.kind) {
    case Fault::Kind::ended:
      return {.status = fault_.status};
    case Fault::Kind::killed:
      return {.status = 137};
    case Fault::Kind::stalled:
      wait_for_interrupt(interrupts);
      return {.status = 130};
    case Fault::Kind::interrupted:
      for (int i = 0; i < fault_.times; ++i) interrupts.raise();
      return {.status = 130};
    case Fault::Kind::garbled:
      return {.status = 0, .output = fault_.line};
    case Fault::Kind::lost:
      break;
  }
  dead_ = true;
  return dead;
}

}  // namespace liteship
