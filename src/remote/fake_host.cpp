#include <array>

#include "liteship/remote.h"

namespace liteship {
namespace {

std::string read_all(ByteSource& source) {
  std::string bytes;
  std::array<char, 4096> buffer{};
  while (const auto count = source.read(buffer)) bytes.append(buffer.data(), count);
  return bytes;
}

template <class Reply>
Reply take(const std::vector<Reply>& replies, std::size_t& next, Reply otherwise) {
  if (next >= replies.size()) return otherwise;
  return replies[next++];
}

}  // namespace

PhaseOutcome FakeHost::run_phase(const PhaseScript& script, const EventSink& events, Interrupts&) {
  phases_ran.push_back(script);
  const auto reply = take(phase_replies, next_phase_, Reply{});
  for (const auto& event : reply.events) events(event);
  return reply.outcome;
}

CommandOutcome FakeHost::stream_into(const Command& command, ByteSource& input, Interrupts&) {
  commands_ran.push_back(command);
  streamed.push_back(read_all(input));
  return take(command_replies, next_command_, CommandOutcome{.status = 0});
}

CommandOutcome FakeHost::run_command(const Command& command, const OutputSink& out,
                                     const OutputSink& err, Interrupts&) {
  commands_ran.push_back(command);
  auto reply = take(command_replies, next_command_, CommandOutcome{.status = 0});
  if (!reply.output.empty()) out(reply.output);
  if (!reply.error_output.empty()) err(reply.error_output);
  return reply;
}

CommandOutcome FakeHost::run_terminal(const Command& command) {
  commands_ran.push_back(command);
  return take(command_replies, next_command_, CommandOutcome{.status = 0});
}

}  // namespace liteship
