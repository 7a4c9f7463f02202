#include "liteship/ssh.h"

#include "ssh/agent_host.h"
#include "ssh/dial.h"
#include "ssh/host.h"

namespace liteship {

bool NoPrompts::trust_host(const std::string&, const std::string&, const std::string&) {
  return false;
}

std::optional<Secret> NoPrompts::passphrase(const std::string&) { return std::nullopt; }

std::unique_ptr<Host> connect_ssh(const SshRequest& request, SshPrompts& prompts,
                                  const OutputSink& log, Interrupts& interrupts) {
  const OutputSink quiet = [](std::string_view) {};
  const OutputSink& sink = log ? log : quiet;
  auto host = std::make_unique<ssh::SshHost>(ssh::dial({request, prompts, sink, interrupts}), sink);
  if (!request.forward_agent) return host;
  return std::make_unique<ssh::AgentHost>(request, std::move(host));
}

}  // namespace liteship
