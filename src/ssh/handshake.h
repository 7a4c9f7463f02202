#pragma once
// The key exchange and the decision to trust: always before authentication.

#include "ssh/dial.h"

namespace liteship::ssh {

/// The name-lists of a server's KEXINIT, read from the bytes before encryption.
struct ServerOffer {
  std::string banner;  // "SSH-2.0-…"; "" when the first line is something else
  std::vector<std::string> key_exchange;
  std::vector<std::string> host_keys;
  std::vector<std::string> ciphers;
  std::vector<std::string> macs;
};
[[nodiscard]] ServerOffer parse_offer(std::string_view greeting);

/// Exchanges keys and verifies the server's against known_hosts.
/// Errors: Error{connection}, Error{host_key}, each with what to do.
void greet(Session& session, const Settings& settings, const Dialer& dialer);

}  // namespace liteship::ssh
