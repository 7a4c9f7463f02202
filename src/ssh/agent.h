#pragma once
// A client of ssh-agent (draft-miller-ssh-agent): libssh2's own cannot ask for SHA-2 RSA
// signatures in 1.10.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/support.h"
#include "ssh/handles.h"

namespace liteship::ssh {

struct AgentKey {
  std::string blob;
  std::string comment;
};

class Agent {
 public:
  /// Connects to the socket; nothing when nobody listens.
  [[nodiscard]] static std::optional<Agent> connect(const std::string& socket_path);

  /// What it holds, in its order; empty when it does not answer within 10 s or is locked.
  [[nodiscard]] std::vector<AgentKey> identities(Interrupts& interrupts);

  /// The signature blob for `algorithm` ("rsa-sha2-512", "ssh-ed25519", …); nothing when the agent
  /// refuses, or nobody confirms within 60 s. Never throws: libssh2 calls it.
  [[nodiscard]] std::optional<std::string> sign(std::string_view blob, std::string_view data,
                                                std::string_view algorithm,
                                                Interrupts& interrupts) noexcept;

 private:
  explicit Agent(Fd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] std::optional<std::string> ask(std::string_view request, std::chrono::seconds limit,
                                               Interrupts& interrupts);
  Fd fd_;
};

/// SSH_AGENT_RSA_SHA2_256/512 for the RSA algorithms, 0 for every other.
[[nodiscard]] std::uint32_t sign_flags(std::string_view algorithm);

/// The bare signature in an agent's answer "string algorithm, string signature"; for security keys
/// (sk-…) everything after the algorithm, as libssh2 wants it. Nothing when it is malformed.
[[nodiscard]] std::optional<std::string> bare_signature(std::string_view answer);

}  // namespace liteship::ssh
