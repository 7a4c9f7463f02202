#pragma once
// From a name to an authenticated session, over any number of jump hosts.

#include <memory>

#include "liteship/ssh.h"
#include "ssh/session.h"
#include "ssh/settings.h"

namespace liteship::ssh {

/// Everything that stays the same from hop to hop.
struct Dialer {
  const SshRequest& request;
  SshPrompts& prompts;
  const OutputSink& log;
  Interrupts& interrupts;
};

/// A TCP connection; finds the name and then tries all its addresses, each within `seconds`.
/// Errors: Error{connection}: unknown name, refused, no route, no answer.
[[nodiscard]] Fd connect_tcp(const std::string& host, Port port, int seconds,
                             Interrupts& interrupts);

/// Connects to request.host: resolve, reach, greet, verify the host key, log in, at every hop.
[[nodiscard]] std::unique_ptr<Session> dial(const Dialer& dialer);

}  // namespace liteship::ssh
