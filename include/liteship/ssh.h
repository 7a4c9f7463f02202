#pragma once
// SSH by libssh2: connect, trust, authenticate, and the Host that runs over it.
// Facts and numbers: docs/adr/0003-libssh2.md.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "liteship/diagnostic.h"
#include "liteship/remote.h"
#include "liteship/support.h"

namespace liteship {

/// What deploy.yml's `ssh:` says, before ~/.ssh/config has its word.
struct SshRequest {
  std::string host;                 // name, alias of ~/.ssh/config, or address ([::1] allowed)
  std::optional<std::string> user;  // unset: from ~/.ssh/config, else root
  std::optional<Port> port;
  std::vector<std::string> keys;     // private key files, `~` allowed; tried first
  std::vector<Secret> key_data;      // private keys as text (PEM or OpenSSH)
  bool keys_only = false;            // IdentitiesOnly: no other agent identities
  std::optional<std::string> proxy;  // jump host [user@]host[:port], comma list for several hops
  std::optional<std::string> proxy_command;
  bool forward_agent = false;             // commands may use this machine's agent: `ssh` runs them
  bool use_config = true;                 // read ~/.ssh/config (by `ssh -G`, else our own parser)
  std::vector<std::string> config_files;  // instead of ~/.ssh/config
  std::optional<std::string> known_hosts_file;  // tests; else as ssh_config says
  int connect_timeout = 15;  // seconds for TCP connect, and again for the handshake
  int login_timeout = 30;    // seconds for the server's answer to one key
  // Seconds, unless ServerAliveInterval is shorter; the peer is dead after 3 unanswered ones.
  int keepalive_interval = 5;
};

/// Asks the person at the terminal.
class SshPrompts {
 public:
  virtual ~SshPrompts() = default;
  /// An unknown host key: `fingerprint` is "SHA256:…". True: trust it and add it to known_hosts.
  [[nodiscard]] virtual bool trust_host(const std::string& host, const std::string& key_type,
                                        const std::string& fingerprint) = 0;
  /// A key file's passphrase; nothing when there is nobody to ask.
  [[nodiscard]] virtual std::optional<Secret> passphrase(const std::string& key_file) = 0;
};

/// Refuses every question: for runs without a terminal.
class NoPrompts : public SshPrompts {
 public:
  bool trust_host(const std::string&, const std::string&, const std::string&) override;
  std::optional<Secret> passphrase(const std::string&) override;
};

/// Connects, verifies the host key, authenticates.
///
/// log:    debug lines (negotiation, identities tried); never secrets.
/// Errors: Error{connection} or Error{host_key}, each with what to do.
[[nodiscard]] std::unique_ptr<Host> connect_ssh(const SshRequest& request, SshPrompts& prompts,
                                                const OutputSink& log, Interrupts& interrupts);

}  // namespace liteship
