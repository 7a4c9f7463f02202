// A host's name in the first line, then known_hosts.
#include "ssh/known_hosts.h"

#include <algorithm>
#include <span>

#include "fuzz/fuzz.h"
#include "ssh/wire.h"

namespace liteship::fuzz {

void run(std::string_view input) {
  const std::size_t end = std::min(input.find('\n'), input.size());
  const std::string name = ssh::known_hosts_name(input.substr(0, end), Port{2222});
  const auto keys = ssh::parse_known_hosts(input.substr(end), "known_hosts");
  (void)ssh::known_types(keys, name);
  constexpr std::size_t asked = 20;  // each is compared with all
  for (const ssh::KnownKey& key : std::span(keys).first(std::min(keys.size(), asked))) {
    (void)ssh::fingerprint(key.blob);
    const ssh::Verdict verdict = ssh::check_host_key(keys, name, key.blob);
    const bool revoked = key.marker == ssh::KnownKey::Marker::revoked && matches_host(key, name);
    promise(!revoked || verdict.trust == ssh::Trust::revoked, "a revoked key is never trusted");
  }
  if (keys.empty() || keys.front().type.find_first_of(" \t\r\n") != std::string::npos) return;
  const auto again =
      ssh::parse_known_hosts(ssh::render_known_host("[h]:22", keys.front().blob), "new");
  promise(again.size() == 1 &&
              ssh::check_host_key(again, "[h]:22", keys.front().blob).trust == ssh::Trust::known,
          "a key that was written down is known");
}

}  // namespace liteship::fuzz
