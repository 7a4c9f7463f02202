#include "liteship/ssh.h"

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
  return std::make_unique<ssh::SshHost>(ssh::dial({request, prompts, sink, interrupts}), sink);
}

}  // namespace liteship
