#pragma once
// What ~/.ssh/config says about one host: asked of `ssh -G`, which knows Match, Include and every
// default; read by a small parser of our own where there is no ssh.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/ssh.h"
#include "liteship/support.h"

namespace liteship::ssh {

struct Settings {
  std::string alias;  // as the person wrote it
  std::string host;   // to connect to
  Port port{22};
  std::string user = "root";
  std::vector<std::string> identity_files;  // expanded; those that exist and those that do not
  bool identities_only = false;
  std::string identity_agent;  // socket; "" : $SSH_AUTH_SOCK, "none": no agent
  std::string proxy_jump;
  std::string proxy_command;                   // %-tokens replaced
  std::vector<std::string> known_hosts_files;  // the first one gets new entries
  std::string host_key_alias;
  int alive_interval = 0;  // ServerAliveInterval, seconds; 0: not set
  enum class Strict { ask, accept_new, yes } strict = Strict::ask;
  bool operator==(const Settings&) const = default;
};

/// Where to ask: the host as written, and what overrides the file.
struct Question {
  std::string host;
  std::optional<std::string> user;
  std::optional<Port> port;
  bool use_config = true;
  std::vector<std::string> config_files;
};

/// The request's own host, without the brackets of an address.
[[nodiscard]] Question server_question(const SshRequest& request);

/// [user@]host[:port], ssh:// in front allowed, [::1] brackets removed.
/// Errors: Error{usage} for an empty host or a bad port.
[[nodiscard]] Question parse_hop(const std::string& text);

/// Reads the output of `ssh -G`.
[[nodiscard]] Settings parse_ssh_g(std::string_view output, const Question& question);

/// The same from the text of config files; `read` gives the files that Include names (patterns
/// allowed), in order.
/// Errors: Error{usage} at a Match line: only ssh itself can decide those.
using ReadIncluded = std::function<std::vector<std::string>(const std::string& pattern)>;
[[nodiscard]] Settings parse_config_files(const std::vector<std::string>& texts,
                                          const Question& question, const ReadIncluded& read);

/// The text of a config that includes the question's files and then says root.
[[nodiscard]] std::string wrapper_config(const Question& question);

/// Asks `ssh -G`, else the fallback parser.
/// Errors: Error{usage} when the configuration is wrong, with ssh's own words.
[[nodiscard]] Settings resolve_settings(const Question& question, const OutputSink& log);

/// %h %p %r %n and %% of a ProxyCommand.
[[nodiscard]] std::string expand_tokens(const std::string& text, const Settings& settings);

/// True for the names that ssh tries by itself: ~/.ssh/id_rsa …
[[nodiscard]] bool is_default_identity(const std::string& path);

}  // namespace liteship::ssh
