#include "liteship/remote.h"

namespace liteship {
namespace {

const CommandOutcome succeeded{.status = 0};

}  // namespace

PhaseOutcome PrintHost::run_phase(const PhaseScript& script, const EventSink&, Interrupts&) {
  out_("# phase " + script.name + "\n" + script.shown);
  if (!script.shown.ends_with('\n')) out_("\n");
  return PhaseSucceeded{};
}

CommandOutcome PrintHost::stream_into(const Command& command, ByteSource&, Interrupts&) {
  // The input stays unread: a dry run must not pack an image or dump a database.
  out_("# with a stream on stdin\n" + render(command) + "\n");
  return succeeded;
}

CommandOutcome PrintHost::run_command(const Command& command, const OutputSink&, const OutputSink&,
                                      Interrupts&) {
  out_(render(command) + "\n");
  return succeeded;
}

CommandOutcome PrintHost::run_terminal(const Command& command) {
  out_("# on a terminal\n" + render(command) + "\n");
  return succeeded;
}

}  // namespace liteship
