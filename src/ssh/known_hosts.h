#pragma once
// known_hosts as OpenSSH reads it (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). libssh2's own reader
// ignores wildcards and @revoked, takes an entry without port for every port, and gives up at the
// first malformed line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/support.h"

namespace liteship::ssh {

struct KnownKey {
  enum class Marker { none, revoked, authority };
  Marker marker = Marker::none;
  std::string hosts;  // patterns with commas, or |1|salt|hash
  std::string type;   // "ssh-ed25519"
  std::string blob;   // the key, decoded
  std::string file;
  std::size_t line = 0;
  bool operator==(const KnownKey&) const = default;
};

/// Every well-formed line; comments, blank and malformed lines are skipped.
[[nodiscard]] std::vector<KnownKey> parse_known_hosts(std::string_view text,
                                                      const std::string& file);

/// The name an entry must match: `host` in lower case, "[host]:port" unless the port is 22.
[[nodiscard]] std::string known_hosts_name(std::string_view host, Port port);

/// True when the entry's patterns (`*`, `?`, `!`, hashed) take in `name`.
[[nodiscard]] bool matches_host(const KnownKey& key, std::string_view name);

/// True when `text` matches a pattern of `*` and `?`.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern);

enum class Trust {
  known,
  unknown,
  changed,  // the host has entries, none with this key
  revoked,  // the key itself is marked @revoked for the host
};

struct Verdict {
  Trust trust = Trust::unknown;
  KnownKey entry;              // the one that decided; empty when unknown
  bool has_authority = false;  // a @cert-authority line matches; host certificates are unsupported
};

/// Looks `blob`, the key that the server showed, up among all entries.
[[nodiscard]] Verdict check_host_key(const std::vector<KnownKey>& keys, std::string_view name,
                                     std::string_view blob);

/// Key types that `keys` hold for `name`, in file order: ask the server for these first.
[[nodiscard]] std::vector<std::string> known_types(const std::vector<KnownKey>& keys,
                                                   std::string_view name);

/// The line that trusts `blob` for `name`, with its '\n'.
[[nodiscard]] std::string render_known_host(std::string_view name, std::string_view blob);

/// Adds one line to a known_hosts file unless it is there: a copy with the line is renamed over the
/// file, under a lock on its directory, so that no reader sees half of it and two writers keep both
/// lines. Other lines, the file's mode and a symbolic link to it stay; a new file has 0600, a new
/// directory 0700.
/// Errors: Error{host_key} when the file cannot be written.
void append_known_host(const std::string& file, const std::string& line);

}  // namespace liteship::ssh
