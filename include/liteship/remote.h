#pragma once
// The one seam to the server. SshHost (module ssh) is real; FakeHost records and replays for tests;
// PrintHost prints for --dry-run; FlakyHost injects faults.

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "liteship/event.h"
#include "liteship/shell.h"
#include "liteship/support.h"

namespace liteship {

using EventSink = std::function<void(const Event&)>;
/// Takes output that is not events, for the log: what commands printed.
using OutputSink = std::function<void(std::string_view bytes)>;

/// A script for the server's long-lived `sh -s`; rendered by the module script.
struct PhaseScript {
  std::string name;
  /// Complete: functions, then one call. Running it ends with a PhaseEnded event on stdout.
  std::string text;
  /// The same for people: as `text`, with secrets replaced by `[redacted]`.
  std::string shown;
  /// Written to the script's input at the first interrupt ("undo\n"); empty: the wait ends at once
  /// with PhaseLost.
  std::string on_interrupt;
  /// Written to the script's input once the phase has ended ("quit\n"), so that the shell is free.
  std::string on_end;
  /// Seconds without any event after which the server counts as lost; 0: only dead-peer detection.
  int silence_limit = 0;
};

struct PhaseSucceeded {};
struct PhaseFailed {
  std::string step;    // the step that failed; empty when none had begun
  std::string reason;  // as in StepFailed
  int status = 0;
  bool undone = false;  // the phase undid itself
};
struct PhaseBusy {
  std::string holder;  // as in LockBusy
};
/// The connection ended, or the script did, before it said how it ended.
struct PhaseLost {
  std::string reason;
};
using PhaseOutcome = std::variant<PhaseSucceeded, PhaseFailed, PhaseBusy, PhaseLost>;

struct CommandOutcome {
  int status = -1;           // exit status; 128 + n for a signal; -1 when the connection was lost
  std::string output;        // stdout, when the call collects it
  std::string error_output;  // stderr, when the call collects it
};

/// The server. Methods block; every one of them ends when the connection dies. Not thread-safe.
/// After an interrupt nothing new begins, also when it came between two calls. An interrupted
/// stream_into or run_command ends with status 130.
class Host {
 public:
  virtual ~Host() = default;

  /// Runs one phase in the long-lived shell; events go to `events` as they arrive.
  [[nodiscard]] virtual PhaseOutcome run_phase(const PhaseScript& script, const EventSink& events,
                                               Interrupts& interrupts) = 0;

  /// Runs `command` with `input` as its stdin in a channel of its own, collecting both outputs.
  [[nodiscard]] virtual CommandOutcome stream_into(const Command& command, ByteSource& input,
                                                   Interrupts& interrupts) = 0;

  /// Runs `command`; stdout goes to `out` and stderr to `err` as they arrive.
  [[nodiscard]] virtual CommandOutcome run_command(const Command& command, const OutputSink& out,
                                                   const OutputSink& err,
                                                   Interrupts& interrupts) = 0;

  /// Runs `command` on a PTY joined to this terminal (raw mode, resize), as `ssh -t` does.
  [[nodiscard]] virtual CommandOutcome run_terminal(const Command& command) = 0;
};

/// Records every script and command; answers from a queue. For tests.
class FakeHost : public Host {
 public:
  struct Reply {
    std::vector<Event> events;
    PhaseOutcome outcome = PhaseSucceeded{};
  };
  std::vector<Reply> phase_replies;             // used in order; then {}, PhaseSucceeded
  std::vector<CommandOutcome> command_replies;  // used in order; then status 0
  std::vector<PhaseScript> phases_ran;
  std::vector<Command> commands_ran;
  std::vector<std::string> streamed;  // the bytes of each stream_into

  PhaseOutcome run_phase(const PhaseScript&, const EventSink&, Interrupts&) override;
  CommandOutcome stream_into(const Command&, ByteSource&, Interrupts&) override;
  CommandOutcome run_command(const Command&, const OutputSink&, const OutputSink&,
                             Interrupts&) override;
  CommandOutcome run_terminal(const Command&) override;

 private:
  std::size_t next_phase_ = 0;
  std::size_t next_command_ = 0;
};

/// What goes wrong with one call of a host.
struct Fault {
  enum class Kind {
    ended,        // the call ends with `outcome` or `status`, whatever the server would have said
    lost,         // the connection dies; every later call finds it dead
    killed,       // the shell or the program on the server is killed by signal 9
    stalled,      // the server says nothing more: only an interrupt ends the call
    garbled,      // `line` comes in place of an event, or of a command's output
    interrupted,  // Ctrl-C, `times` times
  };
  Kind kind = Kind::lost;
  std::size_t call = 0;   // which call of the host, from 0
  std::size_t after = 0;  // events of a phase, or bytes of a command's input, that pass before
  PhaseOutcome outcome = PhaseLost{};
  int status = 1;
  std::string line;
  int times = 1;
};

/// Another host with one fault, told as SshHost would tell it. For tests.
class FlakyHost : public Host {
 public:
  FlakyHost(Host& host, Fault fault) : host_(host), fault_(std::move(fault)) {}
  PhaseOutcome run_phase(const PhaseScript&, const EventSink&, Interrupts&) override;
  CommandOutcome stream_into(const Command&, ByteSource&, Interrupts&) override;
  CommandOutcome run_command(const Command&, const OutputSink&, const OutputSink&,
                             Interrupts&) override;
  CommandOutcome run_terminal(const Command&) override;
  /// Calls so far, those that found the connection dead included.
  [[nodiscard]] std::size_t calls() const { return calls_; }

 private:
  [[nodiscard]] bool strikes_now() { return ++calls_ == fault_.call + 1; }
  [[nodiscard]] PhaseOutcome end_phase(const PhaseScript& script, const std::string& step,
                                       Interrupts& interrupts);
  [[nodiscard]] CommandOutcome end_command(Interrupts& interrupts);

  Host& host_;
  Fault fault_;
  std::size_t calls_ = 0;
  bool dead_ = false;
};

/// Prints the scripts (secrets redacted) and commands instead of running them: --dry-run.
class PrintHost : public Host {
 public:
  explicit PrintHost(OutputSink out) : out_(std::move(out)) {}
  PhaseOutcome run_phase(const PhaseScript&, const EventSink&, Interrupts&) override;
  CommandOutcome stream_into(const Command&, ByteSource&, Interrupts&) override;
  CommandOutcome run_command(const Command&, const OutputSink&, const OutputSink&,
                             Interrupts&) override;
  CommandOutcome run_terminal(const Command&) override;

 private:
  OutputSink out_;
};

}  // namespace liteship
