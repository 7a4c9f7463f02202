#pragma once
// Public key authentication: which identities, in which order, and what to say when none is taken.

#include <string>
#include <vector>

#include "liteship/ssh.h"
#include "ssh/agent.h"
#include "ssh/key.h"
#include "ssh/session.h"
#include "ssh/settings.h"

namespace liteship::ssh {

/// One thing to try.
struct Identity {
  enum class Source { agent, file };
  Source source = Source::file;
  std::string blob;
  std::string name;     // agent comment or file
  std::size_t key = 0;  // index into the keys, for Source::file
  bool operator==(const Identity&) const = default;
};

struct Available {
  std::vector<Key> chosen;    // named by deploy.yml or by an IdentityFile of one's own
  std::vector<Key> defaults;  // ~/.ssh/id_…
  std::vector<AgentKey> agent;
  bool identities_only = false;
};

/// Chosen keys first (through the agent where it holds them: no passphrase), then default keys that
/// the agent holds, then its other keys unless identities_only, then default key files.
/// Keys are numbered through `chosen` and then `defaults`; public halves alone need the agent.
[[nodiscard]] std::vector<Identity> order_identities(const Available& available);

/// Logs in as settings.user.
/// Errors: Error{connection} that names what was tried and what the server accepts.
void authenticate(Session& session, const Settings& settings, const SshRequest& request,
                  SshPrompts& prompts, const OutputSink& log, Interrupts& interrupts);

}  // namespace liteship::ssh
