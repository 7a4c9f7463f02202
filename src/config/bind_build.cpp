// builder, registry, ssh, logging: what leaves the machine and how.

#include <fmt/format.h>

#include "config/bind.h"
#include "config/read.h"
#include "config/ruby_scalar.h"
#include "config/value.h"

namespace liteship::config {
namespace {

bool is_local(const std::string& server) {
  return server == "localhost" || server.starts_with("localhost:");
}

std::optional<Credential> bind_credential(const Node* registry, const std::string& key,
                                          Problems& problems) {
  const Node* node = registry->find(key);
  if (node == nullptr) {
    problems.error(fmt::format("`registry.{}` is missing", key), registry->where,
                   "run `deploy docs registry`; without `registry:` no registry is needed");
    return std::nullopt;
  }
  if (node->is(NodeKind::scalar)) return Credential(node->text);
  if (!node->is(NodeKind::list)) return std::nullopt;
  if (node->items.size() != 1) {
    problems.error(fmt::format("`registry.{}` must list exactly one secret", key), node->where);
    return std::nullopt;
  }
  auto name = read_secret_name(&node->items.front(), problems);
  return name ? std::optional(Credential(*name)) : std::nullopt;
}

std::optional<BuildCache> bind_cache(const Node* node) {
  if (node == nullptr || !node->is(NodeKind::map)) return std::nullopt;
  BuildCache cache;
  read(node->find("type"), cache.type);
  read(node->find("image"), cache.image);
  read(node->find("options"), cache.options);
  return cache;
}

std::optional<BuildPack> bind_pack(const Node* node) {
  if (node == nullptr || !node->is(NodeKind::map)) return std::nullopt;
  BuildPack pack;
  read(node->find("builder"), pack.builder);
  read(node->find("buildpacks"), pack.buildpacks);
  return pack;
}

HookOutput hook_output(const Node& node) {
  return node.text.ends_with("verbose") ? HookOutput::verbose : HookOutput::quiet;
}

/// Names; Kamal still takes keys themselves.
std::vector<Credential> bind_keys(const Node* node, Problems& problems) {
  std::vector<Credential> keys;
  if (node == nullptr) return keys;
  for (const Node& item : node->items) {
    if (!item.is(NodeKind::scalar) || !is_private_key(item.text)) {
      if (auto name = read_secret_name(&item, problems)) keys.emplace_back(std::move(*name));
      continue;
    }
    keys.emplace_back(item.text);
    Location where = item.where;
    where.excerpt.clear();  // it shows the key
    problems.warn("a private key stands in the file itself", where,
                  "put it into the secrets file, and its name here");
  }
  return keys;
}

/// Kamal's `remote` is an engine that builds; `false` is none.
std::optional<std::string> bind_remote(const Node* node, Problems& problems) {
  if (node == nullptr || !node->is(NodeKind::scalar)) return std::nullopt;
  if (node->text.empty() || ruby_text(*node) == "false") return std::nullopt;
  if (node->text != "server" && node->text.find("://") == std::string::npos) {
    problems.warn(fmt::format("nothing is built at `{}`: it is no engine's address", node->text),
                  node->where, "write `ssh://USER@HOST`, or `server` for the app's own server");
  }
  return node->text;
}

}  // namespace

Builder bind_builder(const Node* node, Problems& problems) {
  Builder builder;
  if (node == nullptr || !node->is(NodeKind::map)) return builder;
  read(node->find("arch"), builder.arch);
  for (std::string& arch : builder.arch) {  // two names for each, as Docker has it
    if (arch == "x86_64") arch = "amd64";
    if (arch == "aarch64") arch = "arm64";
  }
  read(node->find("context"), builder.context);
  read(node->find("dockerfile"), builder.dockerfile);
  read(node->find("target"), builder.target);
  read(node->find("args"), builder.args);
  builder.secrets = read_secret_names(node->find("secrets"), problems);
  builder.remote = bind_remote(node->find("remote"), problems);
  read(node->find("local"), builder.local);
  read(node->find("ssh"), builder.ssh);
  builder.cache = bind_cache(node->find("cache"));
  read(node->find("driver"), builder.driver);
  builder.pack = bind_pack(node->find("pack"));
  read(node->find("provenance"), builder.provenance);
  read(node->find("sbom"), builder.sbom);
  if (builder.pack && builder.arch.size() > 1) {
    problems.error("`builder.pack` builds for one architecture", node->entry("pack")->where,
                   "keep one of `builder.arch`: the server's");
  }
  return builder;
}

std::optional<Registry> bind_registry(const Node* node, Problems& problems) {
  if (node == nullptr || !node->is(NodeKind::map)) return std::nullopt;
  Registry registry;
  const Node* server = node->find("server");
  read(server, registry.server);
  if (registry.server && is_local(*registry.server)) {
    problems.warn(fmt::format("no registry is started at `{}`", *registry.server), server->where,
                  "none is needed: the image travels over the SSH connection");
    return std::nullopt;
  }
  if (registry.server && registry.server->find("://") != std::string::npos) {
    problems.error("`registry.server` is a name, not a URL", server->where,
                   "write it without `https://`");
  }
  registry.username = bind_credential(node, "username", problems);
  registry.password = bind_credential(node, "password", problems);
  return registry;
}

SshConfig bind_ssh(const Node* node, Problems& problems) {
  SshConfig ssh;
  if (node == nullptr || !node->is(NodeKind::map)) return ssh;
  read(node->find("user"), ssh.user);
  read(node->find("port"), ssh.port);
  read(node->find("proxy"), ssh.proxy);
  read(node->find("proxy_command"), ssh.proxy_command);
  read(node->find("keys"), ssh.keys);
  ssh.key_data = bind_keys(node->find("key_data"), problems);
  read(node->find("keys_only"), ssh.keys_only);
  read(node->find("forward_agent"), ssh.forward_agent);
  if (ssh.proxy && ssh.proxy_command) {
    problems.error("`proxy` and `proxy_command` exclude each other",
                   node->entry("proxy_command")->where, "keep one");
  }
  const Node* config = node->find("config");
  if (config == nullptr) return ssh;
  if (config->is(NodeKind::scalar) && parse_flag(config->text)) {
    read(config, ssh.use_config);
  } else {
    read(config, ssh.config_files);
  }
  return ssh;
}

Logging bind_logging(const Node* node) {
  Logging logging;
  if (node == nullptr || !node->is(NodeKind::map)) return logging;
  Logging said{.driver = {}, .options = {}};
  read(node->find("driver"), said.driver);
  read(node->find("options"), said.options);
  // As in Kamal, its default stands where neither is said.
  return said.driver.value_or("").empty() && said.options.empty() ? logging : said;
}

HooksOutput bind_hooks_output(const Node* node) {
  HooksOutput output;
  if (node == nullptr) return output;
  if (node->is(NodeKind::scalar)) output.all = hook_output(*node);
  for (const Entry& entry : node->entries) {
    if (entry.value.is(NodeKind::scalar)) output.of[entry.key] = hook_output(entry.value);
  }
  return output;
}

void bind_output(const Node* node, Config& config, Problems& problems) {
  read(child(child(node, "file"), "path"), config.log_directory);
  const Node* endpoint = child(child(node, "otel"), "endpoint");
  read(endpoint, config.otel_endpoint);
  if (!config.otel_endpoint) return;
  std::string& url = *config.otel_endpoint;
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    problems.error("`output.otel.endpoint` is a URL", endpoint->where,
                   "begin it with `http://` or `https://`");
  }
  while (url.ends_with('/')) url.pop_back();
}

}  // namespace liteship::config
