// Kamal 1 → 2: which keys changed, and how each is written now.

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "config/prepare.h"
#include "config/value.h"

namespace liteship::config {
namespace {

struct Finding {
  std::string key;
  std::string now;
  Location where;
};

/// Takes `key` out of the map and notes it; `when` may refuse (the key also exists in Kamal 2).
void take(
    Node* map, const std::string& path, const std::string& key, const std::string& now,
    std::vector<Finding>& found,
    const std::function<bool(const Node&)>& when = [](const Node&) { return true; }) {
  if (map == nullptr) return;
  std::erase_if(map->entries, [&](const Entry& entry) {
    if (entry.key != key || !when(entry.value)) return false;
    found.push_back({path + key, now, entry.where});
    return true;
  });
}

Node* writable(Node& map, std::string_view key) {
  const auto found = std::find_if(map.entries.begin(), map.entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == map.entries.end() ? nullptr : &found->value;
}

bool is_map(const Node& node) { return node.is(NodeKind::map); }

void take_from_builder(Node& root, std::vector<Finding>& found) {
  Node* builder = writable(root, "builder");
  take(builder, "builder.", "multiarch", "`builder.arch: amd64` (or arm64, or a list)", found);
  take(builder, "builder.", "local", "`builder.local: true` or `false`, and `builder.arch`", found,
       is_map);
  take(builder, "builder.", "remote", "`builder.remote: ssh://user@host`, and `builder.arch`",
       found, is_map);
}

void take_from_roles(Node& root, std::vector<Finding>& found) {
  Node* servers = writable(root, "servers");
  if (servers == nullptr) return;
  for (Entry& role : servers->entries) {
    const std::string path = fmt::format("servers.{}.", role.key);
    take(&role.value, path, "traefik", fmt::format("`{}proxy: true` or `false`", path), found);
    take(&role.value, path, "healthcheck", fmt::format("`{}proxy.healthcheck`", path), found);
  }
}

}  // namespace

void reject_kamal_1(Node& root, const std::string& file, Problems& problems) {
  std::vector<Finding> found;
  take(&root, "", "traefik",
       "`proxy:` with `host`, `ssl`, `app_port`; kamal-proxy takes the place of Traefik", found);
  take(&root, "", "healthcheck",
       "`proxy.healthcheck` with `path`, `interval`, `timeout`; `port` is now `proxy.app_port`, "
       "`max_attempts` is `deploy_timeout`",
       found);
  take(&root, "", "stop_wait_time", "`drain_timeout`", found);
  take_from_builder(root, found);
  take_from_roles(root, found);
  if (found.empty()) return;
  std::sort(found.begin(), found.end(),
            [](const Finding& a, const Finding& b) { return a.where.line < b.where.line; });
  Diagnostic diagnostic{fmt::format("`{}` is written for Kamal 1", file),
                        found.front().where,
                        "these keys changed in Kamal 2",
                        {},
                        "change them, or run `kamal upgrade` of Kamal 2 first when the server "
                        "still runs Traefik"};
  for (const Finding& finding : found) {
    diagnostic.notes.push_back(
        fmt::format("line {}: `{}` is now {}", finding.where.line, finding.key, finding.now));
  }
  problems.errors.push_back(std::move(diagnostic));
}

}  // namespace liteship::config
