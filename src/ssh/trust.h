#pragma once
// Whether to believe that the server is the one we mean.

#include "ssh/dial.h"
#include "ssh/known_hosts.h"

namespace liteship::ssh {

class HostTrust {
 public:
  /// Reads every known_hosts file of the settings.
  HostTrust(const Settings& settings, const Dialer& dialer);

  /// Host key algorithms for the key exchange: those of known keys first, as ssh does, so that a
  /// host known by one key is not asked for another.
  [[nodiscard]] std::vector<std::string> preferred_types() const;

  /// Returns when the key is known, or the person accepts it and it has been written down.
  /// Errors: Error{host_key}: unknown with nobody to ask, refused, changed, revoked.
  void verify(std::string_view blob) const;

 private:
  void accept_unknown(std::string_view blob, const Verdict& verdict) const;
  [[noreturn]] void refuse_unknown(std::string_view blob, const Verdict& verdict) const;
  [[noreturn]] void refuse_changed(std::string_view blob, const Verdict& verdict) const;
  [[noreturn]] void refuse_revoked(std::string_view blob, const Verdict& verdict) const;

  const Settings& settings_;
  const Dialer& dialer_;
  std::string name_;  // "host" or "[host]:port"
  std::vector<std::string> files_;
  std::vector<KnownKey> keys_;
};

}  // namespace liteship::ssh
