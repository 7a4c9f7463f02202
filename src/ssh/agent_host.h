#pragma once
// Commands that may use this machine's SSH agent: `ssh` itself runs them, because libssh2 1.10 does
// not take the channel that the server opens for the agent (docs/adr/0014-agent-forwarding.md).

#include <memory>
#include <string>
#include <vector>

#include "liteship/ssh.h"
#include "ssh/handles.h"

namespace liteship::ssh {

/// ssh's configuration for one host: what the request says, then the person's own.
///
/// key_files: of request.key_data.
/// Errors: Error{usage} for a value that no line of it can hold.
[[nodiscard]] std::string forwarding_config(const SshRequest& request,
                                            const std::vector<std::string>& key_files);

/// Phases and streams go over the connection that is there, which has verified the server;
/// run_command and run_terminal by `ssh` with the agent forwarded.
class AgentHost : public Host {
 public:
  /// plain: connected. Configuration and keys stay in memory: no file that others could find.
  AgentHost(const SshRequest& request, std::unique_ptr<Host> plain);

  PhaseOutcome run_phase(const PhaseScript& script, const EventSink& events,
                         Interrupts& interrupts) override;
  CommandOutcome stream_into(const Command& command, ByteSource& input,
                             Interrupts& interrupts) override;
  CommandOutcome run_command(const Command& command, const OutputSink& out, const OutputSink& err,
                             Interrupts& interrupts) override;
  CommandOutcome run_terminal(const Command& command) override;

 private:
  [[nodiscard]] std::vector<std::string> words(const Command& command, const char* terminal) const;

  std::unique_ptr<Host> plain_;
  std::string host_;
  std::vector<Fd> keys_;
  Fd config_;
};

}  // namespace liteship::ssh
