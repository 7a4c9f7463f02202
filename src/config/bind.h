#pragma once
// Checked nodes → the parts of Config, with what no schema can say: rules between keys.

#include <optional>
#include <string>
#include <vector>

#include "config/node.h"
#include "diagnostic/problems.h"
#include "liteship/config.h"

namespace liteship::config {

/// A host of `servers:` with its tags.
struct HostEntry {
  std::string name;
  std::vector<std::string> tags;
  Location where;
};

[[nodiscard]] ProxyConfig bind_proxy(const Node* node, Problems& problems);
[[nodiscard]] Builder bind_builder(const Node* node, Problems& problems);
/// `options:` of `docker run`; what no engine takes is reported.
[[nodiscard]] OptionList bind_options(const Node* node, Problems& problems);
/// Nothing without `registry:`, and for `localhost:PORT`, which means "without one" in Kamal.
[[nodiscard]] std::optional<Registry> bind_registry(const Node* node, Problems& problems);
[[nodiscard]] SshConfig bind_ssh(const Node* node, Problems& problems);
[[nodiscard]] Logging bind_logging(const Node* node);
[[nodiscard]] HooksOutput bind_hooks_output(const Node* node);
/// Fills config.log_directory and config.otel_endpoint.
void bind_output(const Node* node, Config& config, Problems& problems);
[[nodiscard]] std::vector<Volume> bind_volumes(const Node* node, Problems& problems);
[[nodiscard]] std::optional<Sqlite> bind_sqlite(const Node* node,
                                                const std::vector<Volume>& volumes,
                                                Problems& problems);
/// `env:` of one place, both forms; tags are bind_tag_env's.
[[nodiscard]] EnvConfig bind_env(const Node* node, Problems& problems);
/// `over` laid over `base`.
[[nodiscard]] EnvConfig merge_env(EnvConfig base, const EnvConfig& over);
[[nodiscard]] std::map<std::string, std::string> bind_labels(const Node* node, Problems& problems);

/// Fills config.accessories. After bind_roles: an accessory may name the roles.
void bind_accessories(const Node& root, Config& config, Problems& problems);

/// Fills config.host, config.roles, config.env and what roles inherit (proxy, labels, logging).
void bind_roles(const Node& root, Config& config, Problems& problems);

}  // namespace liteship::config
