#pragma once
// What a phase on the server reports, one line each. Grammar: docs/protocol.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace liteship {

struct PhaseBegan {
  std::string phase;
  bool operator==(const PhaseBegan&) const = default;
};
struct StepBegan {
  std::string step;
  std::string title;
  bool operator==(const StepBegan&) const = default;
};
/// A line worth showing: a container's last log lines, a migration's output.
struct StepOutput {
  std::string step;
  std::string text;
  bool operator==(const StepOutput&) const = default;
};
struct StepEnded {
  std::string step;
  std::string note;  // e.g. "already running"; may be empty
  bool operator==(const StepEnded&) const = default;
};
struct StepFailed {
  std::string step;
  int status = 0;      // the failing command's exit status
  std::string reason;  // a word of the protocol, e.g. `died`, `unhealthy`, `migrate`
  bool operator==(const StepFailed&) const = default;
};
/// The undo of a failed phase works on a step.
struct UndoBegan {
  std::string step;
  std::string title;
  bool operator==(const UndoBegan&) const = default;
};
/// One answer to a question; the value is JSON where the name says so in docs/protocol.md.
struct FactFound {
  std::string name;
  std::string value;
  bool operator==(const FactFound&) const = default;
};
/// Somebody else holds the lock; the phase did nothing.
struct LockBusy {
  std::string holder;  // JSON: {"by","since","command","kind"}
  bool operator==(const LockBusy&) const = default;
};
/// The last line of a phase.
struct PhaseEnded {
  std::string phase;
  std::string status;  // done | failed | undone | lost | busy
  bool operator==(const PhaseEnded&) const = default;
};
/// Bytes moved so far; made by the laptop, never by the server.
struct BytesMoved {
  std::string step;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: unknown
  bool operator==(const BytesMoved&) const = default;
};
/// A remark for the person: made by the laptop.
struct Note {
  std::string text;
  bool operator==(const Note&) const = default;
};

using Event = std::variant<PhaseBegan, StepBegan, StepOutput, StepEnded, StepFailed, UndoBegan,
                           FactFound, LockBusy, PhaseEnded, BytesMoved, Note>;

/// Parses one line without its '\n'.
///
/// Result: nothing for an unknown kind (a newer server may say more).
/// Errors: Error{internal} for a known kind with missing words, a NUL, or a line over 1 MiB.
[[nodiscard]] std::optional<Event> parse_event(std::string_view line);

/// {"type":"step_ended","step":"…",…} on one line, without '\n'. Contract: docs/json.md.
[[nodiscard]] std::string to_json(const Event& event);

}  // namespace liteship
