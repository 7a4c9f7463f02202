// servers, env, labels: what containers run, and on which host.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/bind.h"
#include "config/read.h"
#include "config/value.h"

namespace liteship::config {
namespace {

constexpr std::array reserved_labels = {"service", "role", "destination"};

std::vector<HostEntry> read_hosts(const Node* node) {
  std::vector<HostEntry> hosts;
  if (node == nullptr) return hosts;
  for (const Node& item : node->items) {
    if (item.is(NodeKind::scalar)) hosts.push_back({item.text, {}, item.where});
    for (const Entry& entry : item.entries) {
      HostEntry host{entry.key, {}, entry.where};
      read(&entry.value, host.tags);
      hosts.push_back(std::move(host));
    }
  }
  return hosts;
}

bool is_restart_policy(const std::string& text) {
  if (text == "no" || text == "always" || text == "unless-stopped" || text == "on-failure") {
    return true;
  }
  constexpr std::string_view limited = "on-failure:";
  return text.starts_with(limited) && text.size() > limited.size() &&
         text.find_first_not_of("0123456789", limited.size()) == std::string::npos;
}

/// A role as it stands in the file.
struct RoleEntry {
  std::string name;
  Location where;
  const Node* body = nullptr;  // of a map; null pointer for a list of hosts
  std::vector<HostEntry> hosts;
  bool wrong_type = false;  // reported by check()
};

RoleEntry read_role(const Entry& entry) {
  RoleEntry role{entry.key, entry.where, nullptr, {}, entry.value.is(NodeKind::scalar)};
  if (entry.value.is(NodeKind::list)) role.hosts = read_hosts(&entry.value);
  if (entry.value.is(NodeKind::map)) {
    role.body = &entry.value;
    const Node* hosts = entry.value.find("hosts");
    role.hosts = read_hosts(hosts);
    role.wrong_type = hosts != nullptr && !hosts->is(NodeKind::list);
  }
  return role;
}

std::vector<RoleEntry> read_roles(const Node& servers) {
  std::vector<RoleEntry> roles;
  if (servers.is(NodeKind::list)) {
    roles.push_back({"web", servers.where, nullptr, read_hosts(&servers), false});
  }
  for (const Entry& entry : servers.entries) roles.push_back(read_role(entry));
  return roles;
}

class RoleBinder {
 public:
  RoleBinder(const Node& root, Config& config, Problems& problems)
      : root_(root), config_(config), problems_(problems) {}

  void bind();

 private:
  void check_hosts(const std::vector<RoleEntry>& roles);
  void drop_empty(std::vector<RoleEntry>& roles);
  void primary_first(std::vector<RoleEntry>& roles);
  Role bind_role(const RoleEntry& entry, bool primary);
  std::optional<AssetPath> asset_path(const RoleEntry& entry);
  std::optional<ProxyConfig> role_proxy(const RoleEntry& entry, bool primary);
  EnvConfig tag_env(const std::vector<std::string>& tags, const RoleEntry& entry);
  void check_traffic(const std::vector<RoleEntry>& roles);

  const Node& root_;
  Config& config_;
  Problems& problems_;
};

void check_host_name(const HostEntry& host, Problems& problems) {
  const bool plain = std::all_of(host.name.begin(), host.name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-._:[]%").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const bool with_port = std::count(host.name.begin(), host.name.end(), ':') == 1 ||
                         host.name.find("]:") != std::string::npos;
  if (plain && !with_port && !host.name.empty()) return;
  problems.obstacle(fmt::format("`{}` is not a host", host.name), host.where,
                    "write the name or address only; the user is `ssh.user`, the port `ssh.port`");
}

void RoleBinder::check_hosts(const std::vector<RoleEntry>& roles) {
  std::vector<HostEntry> hosts;
  for (const RoleEntry& role : roles)
    hosts.insert(hosts.end(), role.hosts.begin(), role.hosts.end());
  if (const Node* accessories = root_.find("accessories")) {
    for (const Entry& entry : accessories->entries) {
      const Node* host = entry.value.find("host");
      if (host != nullptr) hosts.push_back({host->text, {}, host->where});
      for (HostEntry& more : read_hosts(entry.value.find("hosts")))
        hosts.push_back(std::move(more));
    }
  }
  std::vector<std::string> names;
  const HostEntry* second = nullptr;
  for (const HostEntry& host : hosts) {
    const std::string quoted = fmt::format("`{}`", host.name);
    if (std::find(names.begin(), names.end(), quoted) != names.end()) continue;
    names.push_back(quoted);
    check_host_name(host, problems_);
    if (names.size() == 2) second = &host;
  }
  if (!hosts.empty()) config_.host = hosts.front().name;
  if (second == nullptr) return;
  Diagnostic diagnostic{fmt::format("{} different hosts: {}", names.size(), join(names, ", ")),
                        second->where,
                        "an app, its roles and accessories live on one server",
                        {},
                        "keep one host here; a second server is a destination of its own: "
                        "`deploy.<destination>.yml`"};
  problems_.errors.push_back(std::move(diagnostic));
}

void RoleBinder::drop_empty(std::vector<RoleEntry>& roles) {
  bool allowed = false;
  read(root_.find("allow_empty_roles"), allowed);
  std::string primary = roles.size() == 1 ? roles.front().name : "web";
  read(root_.find("primary_role"), primary);
  bool told = false;
  std::erase_if(roles, [&](const RoleEntry& role) {
    if (!role.hosts.empty()) return false;
    told |= !allowed || role.name == primary || role.wrong_type;
    if ((!allowed || role.name == primary) && !role.wrong_type) {
      problems_.error(fmt::format("the role `{}` has no host", role.name), role.where,
                      "add `hosts:` with the server, or remove the role");
    }
    return true;
  });
  const Node* servers = root_.find("servers");
  if (servers == nullptr || !roles.empty() || told) return;
  problems_.error("`servers` has no host", servers->where, "add the server's name or address");
}

void RoleBinder::primary_first(std::vector<RoleEntry>& roles) {
  if (roles.empty()) return;
  const Node* named = root_.find("primary_role");
  const std::string primary = named != nullptr ? named->text : "web";
  const auto found = std::find_if(roles.begin(), roles.end(),
                                  [&](const RoleEntry& role) { return role.name == primary; });
  if (found != roles.end()) {
    std::rotate(roles.begin(), found, found + 1);
  } else if (named != nullptr) {
    std::vector<std::string> names;
    for (const RoleEntry& role : roles) names.push_back(role.name);
    const auto close = closest_match(primary, names);
    problems_.error(fmt::format("there is no role `{}`", primary), named->where,
                    close ? fmt::format("did you mean `{}`?", *close)
                          : fmt::format("the roles are: {}", join(names, ", ")));
  } else if (roles.size() > 1) {
    problems_.error("no role is the primary one", roles.front().where,
                    "name a role `web`, or add `primary_role:`");
  }
}

std::optional<ProxyConfig> RoleBinder::role_proxy(const RoleEntry& entry, bool primary) {
  const Node* own = child(entry.body, "proxy");
  const Node* shared = root_.find("proxy");
  if (own == nullptr || !own->is(NodeKind::map)) {
    bool takes_traffic = primary;
    // `proxy: false` at the root takes it from the primary role; `true` gives it to no other.
    if (primary || own != nullptr) read(own != nullptr ? own : shared, takes_traffic);
    return takes_traffic ? std::optional(config_.proxy) : std::nullopt;
  }
  if (shared == nullptr) return bind_proxy(own, problems_);
  // `host` and `hosts` are two spellings of one setting: the role's replaces both.
  Node base = *shared;
  std::erase_if(base.entries, [&](const Entry& inherited) {
    const auto replaced_by = [&](const char* one, const char* many) {
      return (inherited.key == one && own->find(many) != nullptr) ||
             (inherited.key == many && own->find(one) != nullptr);
    };
    return replaced_by("host", "hosts") || replaced_by("path_prefix", "path_prefixes");
  });
  const Node merged = merge(base, *own);
  return bind_proxy(&merged, problems_);
}

std::optional<AssetPath> RoleBinder::asset_path(const RoleEntry& entry) {
  const Node* own = child(entry.body, "asset_path");
  const Node* node = own != nullptr ? own : root_.find("asset_path");
  if (node == nullptr || !node->is(NodeKind::scalar) || node->text.empty()) return std::nullopt;
  if (!node->quoted && node->text == "false") return std::nullopt;  // a destination without them
  const std::size_t colon = node->text.find(':');
  AssetPath assets{node->text.substr(0, colon),
                   colon == std::string::npos ? "" : node->text.substr(colon + 1)};
  if (!assets.path.starts_with("/") || has_control(node->text)) {
    problems_.error(
        fmt::format("`asset_path` must be a full path inside the container, not `{}`", assets.path),
        node->where, "such as `/app/public/assets`");
  }
  return assets;
}

EnvConfig RoleBinder::tag_env(const std::vector<std::string>& tags, const RoleEntry& entry) {
  EnvConfig env;
  for (const Node* place : {root_.find("env"), child(entry.body, "env")}) {
    const Node* by_tag = child(place, "tags");
    for (const std::string& tag : tags) {
      env = merge_env(std::move(env), bind_env(child(by_tag, tag), problems_));
    }
  }
  return env;
}

Role RoleBinder::bind_role(const RoleEntry& entry, bool primary) {
  Role role;
  role.name = entry.name;
  if (!is_name(entry.name)) {
    problems_.error(
        fmt::format("the role's name `{}` may hold only letters, digits, `-` and `_`{}", entry.name,
                    entry.name.starts_with('-') ? ", and no `-` in front" : ""),
        entry.where);
  }
  read(child(entry.body, "cmd"), role.cmd);
  role.options = bind_options(child(entry.body, "options"), problems_);
  role.labels = config_.labels;
  for (auto& [name, value] : bind_labels(child(entry.body, "labels"), problems_)) {
    role.labels[name] = value;
  }
  // A host that stands there several times has the tags of the last one, as in Kamal.
  const std::vector<std::string> tags =
      entry.hosts.empty() ? std::vector<std::string>{} : entry.hosts.back().tags;
  role.env = merge_env(merge_env(config_.env, bind_env(child(entry.body, "env"), problems_)),
                       tag_env(tags, entry));
  const Node* shared = root_.find("logging");
  const Node* own = child(entry.body, "logging");
  const Node both = shared != nullptr && own != nullptr ? merge(*shared, *own) : Node{};
  role.logging = bind_logging(own == nullptr ? shared : shared == nullptr ? own : &both);
  role.proxy = role_proxy(entry, primary);
  if (role.proxy) role.asset_path = asset_path(entry);
  role.stop_timeout = config_.stop_timeout;
  read(child(entry.body, "stop_timeout"), role.stop_timeout);
  return role;
}

/// Two proxied roles for the same requests: kamal-proxy would refuse the second one.
void RoleBinder::check_traffic(const std::vector<RoleEntry>& roles) {
  for (std::size_t i = 1; i < config_.roles.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto& one = config_.roles[j].proxy;
      const auto& two = config_.roles[i].proxy;
      if (!one || !two || one->hosts != two->hosts || one->path_prefixes != two->path_prefixes) {
        continue;
      }
      problems_.obstacle(
          fmt::format("the roles `{}` and `{}` take the same requests", config_.roles[j].name,
                      config_.roles[i].name),
          roles[i].where,
          "give one a `proxy.host` or `proxy.path_prefix` of its own, or `proxy: false`");
    }
  }
}

void RoleBinder::bind() {
  const Node* servers = root_.find("servers");
  if (servers == nullptr && root_.find("accessories") == nullptr) {
    problems_.error("`servers` is missing", Location{root_.where.file, 0, 0, 1, {}},
                    "add `servers:` with one host; run `deploy docs servers`");
    return;
  }
  std::vector<RoleEntry> roles;
  if (servers != nullptr) {
    if (servers->is(NodeKind::scalar)) return;  // reported as a wrong type
    roles = read_roles(*servers);
  } else if (config_.sqlite) {
    problems_.error("`sqlite` needs an app, and there is no `servers:`",
                    root_.entry("sqlite")->where, "add `servers:`; run `deploy docs servers`");
  }
  check_hosts(roles);
  drop_empty(roles);
  primary_first(roles);
  for (const RoleEntry& role : roles) {
    config_.roles.push_back(bind_role(role, &role == &roles.front()));
  }
  check_traffic(roles);
}

}  // namespace

OptionList bind_options(const Node* node, Problems& problems) {
  OptionList options;
  read(node, options);
  for (const auto& [name, value] : options) {
    if (name != "restart" || is_restart_policy(value)) continue;
    problems.error(fmt::format("`{}` is no restart policy", value), node->find(name)->where,
                   value == "false" ? "in quotes it is one: `restart: \"no\"`"
                                    : "write `always`, `unless-stopped`, `on-failure`, "
                                      "`on-failure:3` or `\"no\"`");
  }
  return options;
}

EnvConfig bind_env(const Node* node, Problems& problems) {
  EnvConfig env;
  if (node == nullptr || !node->is(NodeKind::map)) return env;
  const bool sorted = node->entry("clear") != nullptr || node->entry("secret") != nullptr ||
                      node->entry("tags") != nullptr;
  const Node* clear = sorted ? node->find("clear") : node;
  read(clear, env.clear);
  env.secret = read_secret_names(node->find("secret"), problems);
  for (const Entry& entry : clear == nullptr ? std::vector<Entry>{} : clear->entries) {
    if (entry.key.empty() || entry.key.find_first_of("= \t") != std::string::npos) {
      problems.obstacle(fmt::format("`{}` cannot be a variable's name", entry.key), entry.where);
    }
  }
  if (!sorted) return env;
  for (const Entry& entry : node->entries) {
    if (entry.key == "clear" || entry.key == "secret" || entry.key == "tags") continue;
    problems.error(fmt::format("`{}` stands beside `clear` and `secret`", entry.key), entry.where,
                   "move it below `clear:`");
  }
  return env;
}

EnvConfig merge_env(EnvConfig base, const EnvConfig& over) {
  for (const auto& clear : over.clear) {
    base.clear[clear.first] = clear.second;
    std::erase_if(base.secret, [&](const SecretName& other) { return other.name == clear.first; });
  }
  for (const SecretName& secret : over.secret) {
    // `docker run --env` stands before `--env-file`: a clear value hides a secret of its name.
    if (base.clear.contains(secret.name)) continue;
    std::erase_if(base.secret, [&](const SecretName& other) { return other.name == secret.name; });
    base.secret.push_back(secret);
  }
  return base;
}

std::map<std::string, std::string> bind_labels(const Node* node, Problems& problems) {
  std::map<std::string, std::string> labels;
  read(node, labels);
  if (node == nullptr) return labels;
  for (const Entry& entry : node->entries) {
    if (std::find(reserved_labels.begin(), reserved_labels.end(), entry.key) !=
        reserved_labels.end()) {
      problems.error(fmt::format("the label `{}` is reserved", entry.key), entry.where,
                     "choose another name");
    }
  }
  return labels;
}

void bind_roles(const Node& root, Config& config, Problems& problems) {
  RoleBinder(root, config, problems).bind();
}

}  // namespace liteship::config
