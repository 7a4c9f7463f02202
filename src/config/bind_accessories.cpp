// accessories: containers beside the app.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "config/bind.h"
#include "config/read.h"
#include "config/value.h"

namespace liteship::config {
namespace {

constexpr std::array places = {"host", "hosts", "role", "roles", "tag", "tags"};

bool is_octal(const std::string& mode) {
  return mode.size() >= 3 && mode.size() <= 4 &&
         std::all_of(mode.begin(), mode.end(), [](char c) { return c >= '0' && c <= '7'; });
}

/// As Docker takes it; the accessory's folder has the same name.
bool is_container_name(const std::string& name) {
  return name.size() > 1 && std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
         });
}

/// "999:999", "mysql", "1000:mysql"
bool is_owner(const std::string& owner) {
  return !owner.empty() && owner.front() != '-' && owner.front() != ':' &&
         std::all_of(owner.begin(), owner.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == ':' || c == '_' || c == '-' || c == '.';
         });
}

class AccessoryBinder {
 public:
  AccessoryBinder(const Node& root, const Config& config, const Entry& entry, Problems& problems)
      : root_(root), config_(config), entry_(entry), body_(entry.value), problems_(problems) {}

  Accessory bind();

 private:
  void check_names();
  void check_place();
  void check_known(const std::string& kind, const std::vector<std::string>& wanted,
                   const std::vector<std::string>& known, const Location& where);
  [[nodiscard]] std::vector<std::string> tags_of_hosts() const;
  void bind_image();
  void bind_port();
  std::vector<AccessoryMount> bind_mounts(const char* key, const std::string& mode);
  std::optional<AccessoryMount> bind_mount(const Node& item);
  void check_mount(const AccessoryMount& mount);
  void bind_accessory_proxy();

  const Node& root_;
  const Config& config_;
  const Entry& entry_;
  const Node& body_;
  Problems& problems_;
  Accessory accessory_;
};

void AccessoryBinder::check_names() {
  accessory_.name = entry_.key;
  accessory_.service = config_.service + "-" + entry_.key;
  const Node* service = body_.find("service");
  read(service, accessory_.service);
  if (service != nullptr && service->is(NodeKind::scalar) && !is_container_name(service->text)) {
    problems_.error(fmt::format("`{}` cannot be a container's name", service->text), service->where,
                    "use letters, digits, `-`, `_` and `.`, a letter or digit in front");
  }
  if (!is_name(entry_.key) || entry_.key == "all") {
    problems_.error(fmt::format("`{}` cannot be an accessory's name", entry_.key), entry_.where,
                    entry_.key == "all" ? "`all` stands for every accessory in commands"
                                        : "use letters, digits, `-` and `_`, no `-` in front");
  }
}

void AccessoryBinder::check_known(const std::string& kind, const std::vector<std::string>& wanted,
                                  const std::vector<std::string>& known, const Location& where) {
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto close = closest_match(name, known);
    std::string help = fmt::format("{}s: {}", kind, join(known, ", "));
    if (known.empty()) help = fmt::format("no host has a {}", kind);
    if (close) help = fmt::format("did you mean `{}`?", *close);
    problems_.error(fmt::format("there is no {} `{}`", kind, name), where, help);
  }
}

std::vector<std::string> AccessoryBinder::tags_of_hosts() const {
  std::vector<std::string> tags;
  const auto add = [&](const Node* hosts) {
    if (hosts == nullptr) return;
    for (const Node& item : hosts->items) {
      for (const Entry& host : item.entries) {
        std::vector<std::string> of_host;
        read(&host.value, of_host);
        tags.insert(tags.end(), of_host.begin(), of_host.end());
      }
    }
  };
  const Node* servers = root_.find("servers");
  if (servers == nullptr) return tags;
  add(servers);
  for (const Entry& role : servers->entries) {
    add(role.value.is(NodeKind::map) ? role.value.find("hosts") : &role.value);
  }
  return tags;
}

/// There is one server, so a place only has to be one; its hosts are compared with the roles' ones.
void AccessoryBinder::check_place() {
  std::vector<const Entry*> given;
  for (const char* place : places) {
    // `host: <%= ENV["IP"] %>` of a machine without IP is empty, and still says where.
    if (const Entry* entry = body_.entry(place)) given.push_back(entry);
  }
  if (given.empty()) {
    problems_.error(fmt::format("`accessories.{}` does not say where it runs", entry_.key),
                    entry_.where, "add `host:` with the server, or `role:`");
  }
  if (given.size() > 1) {
    problems_.error(fmt::format("`{}` and `{}` exclude each other", given[0]->key, given[1]->key),
                    given[1]->where, "keep one");
  }
  std::vector<std::string> roles;
  for (const Role& role : config_.roles) roles.push_back(role.name);
  for (const Entry* entry : given) {
    std::vector<std::string> wanted;
    read(&entry->value, wanted);
    if (entry->key.starts_with("role")) check_known("role", wanted, roles, entry->where);
    if (entry->key.starts_with("tag")) check_known("tag", wanted, tags_of_hosts(), entry->where);
  }
}

void AccessoryBinder::bind_image() {
  accessory_.registry = bind_registry(body_.find("registry"), problems_);
  const Node* image = body_.find("image");
  read(image, accessory_.image);
  if (image != nullptr && image->is(NodeKind::scalar) && !is_image_text(accessory_.image)) {
    problems_.obstacle(fmt::format("`{}` is not an image's name", accessory_.image), image->where,
                       "write `name:tag`, such as `valkey/valkey:8`");
  }
  if (accessory_.registry && accessory_.registry->server) {
    accessory_.image = *accessory_.registry->server + "/" + accessory_.image;
  }
}

/// `6379` → `127.0.0.1:6379:6379`; an address that is given stays.
void AccessoryBinder::bind_port() {
  const Node* node = body_.find("port");
  std::string port;
  read(node, port);
  if (port.empty()) return;
  const bool plain = std::all_of(port.begin(), port.end(), [](unsigned char c) {
    return std::isxdigit(c) != 0 ||
           std::string_view(".:-[]/tcpuds").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const auto colons = std::count(port.begin(), port.end(), ':');
  const std::string inside = port.substr(0, port.find('/'));
  if (!plain || std::isdigit(static_cast<unsigned char>(inside.back())) == 0) {
    problems_.obstacle(fmt::format("`{}` is not a port", port), node->where,
                       "write `6379`, `6380:6379` or `127.0.0.1:6379:6379`");
    return;
  }
  if (colons == 0) port = inside + ":" + port;
  if (colons <= 1) port = "127.0.0.1:" + port;
  accessory_.ports = {port};
}

std::optional<AccessoryMount> AccessoryBinder::bind_mount(const Node& item) {
  AccessoryMount mount{.where = item.where};
  if (item.is(NodeKind::map)) {
    read(item.find("local"), mount.source);
    read(item.find("remote"), mount.target);
    read(item.find("mode"), mount.mode);
    read(item.find("owner"), mount.owner);
    read(item.find("options"), mount.options);
  } else if (item.is(NodeKind::scalar)) {
    const std::vector<std::string> parts = split(item.text, ':');
    mount.source = parts[0];
    if (parts.size() > 1) mount.target = parts[1];
    if (parts.size() > 2) mount.options = parts[2];
    if (parts.size() > 3) mount.target.clear();
  } else {
    return std::nullopt;
  }
  if (!mount.source.empty() && mount.target.starts_with('/') && mount.target.size() > 1) {
    return mount;
  }
  problems_.error("this is not `local:remote[:options]` with an absolute `remote`", item.where,
                  "such as `config/my.cnf:/etc/mysql/my.cnf`");
  return std::nullopt;
}

void AccessoryBinder::check_mount(const AccessoryMount& mount) {
  if (!mount.mode.empty() && !is_octal(mount.mode)) {
    problems_.obstacle(fmt::format("`{}` is not a file's mode", mount.mode), mount.where,
                       "write three or four octal digits in quotes: `\"0644\"`");
  }
  if (!mount.owner.empty() && !is_owner(mount.owner)) {
    problems_.obstacle(fmt::format("`{}` is not an owner", mount.owner), mount.where,
                       "write `user`, `user:group`, or numbers: `\"999:999\"`");
  }
  const auto climbs = [](const std::string& path) {
    const std::vector<std::string> parts = split(path, '/');
    return std::find(parts.begin(), parts.end(), "..") != parts.end();
  };
  if (climbs(mount.target) || has_control(mount.target) || has_control(mount.source)) {
    problems_.error(fmt::format("`{}` is not a path in the container", printable(mount.target)),
                    mount.where, "write it without `..`");
  }
}

std::vector<AccessoryMount> AccessoryBinder::bind_mounts(const char* key, const std::string& mode) {
  std::vector<AccessoryMount> mounts;
  const Node* list = body_.find(key);
  if (list == nullptr || !list->is(NodeKind::list)) return mounts;
  for (const Node& item : list->items) {
    auto mount = bind_mount(item);
    if (!mount) continue;
    check_mount(*mount);
    if (mount->mode.empty()) mount->mode = mode;
    mounts.push_back(std::move(*mount));
  }
  return mounts;
}

void AccessoryBinder::bind_accessory_proxy() {
  const Node* node = body_.find("proxy");
  if (node == nullptr || (node->is(NodeKind::map) && node->entries.empty())) return;
  bool wanted = true;
  read(node, wanted);
  if (wanted) accessory_.proxy = bind_proxy(node, problems_);
}

Accessory AccessoryBinder::bind() {
  check_names();
  check_place();
  bind_image();
  read(body_.find("cmd"), accessory_.cmd);
  bind_port();
  accessory_.labels = bind_labels(body_.find("labels"), problems_);
  accessory_.options = bind_options(body_.find("options"), problems_);
  accessory_.env = bind_env(body_.find("env"), problems_);
  accessory_.files = bind_mounts("files", "755");  // Kamal's default
  accessory_.directories = bind_mounts("directories", "");
  accessory_.volumes = bind_volumes(body_.find("volumes"), problems_);
  read(body_.find("network"), accessory_.network);
  bind_accessory_proxy();
  read(body_.find("stop_timeout"), accessory_.stop_timeout);
  return std::move(accessory_);
}

/// Containers are told apart by their names, those of roles included.
void check_services(const std::vector<Accessory>& accessories, const Node& node,
                    Problems& problems) {
  for (std::size_t i = 1; i < accessories.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (accessories[i].service != accessories[j].service) continue;
      problems.error(fmt::format("`{}` and `{}` have the same `service` name", accessories[j].name,
                                 accessories[i].name),
                     node.entries[i].where, "give one another `service:`");
    }
  }
}

}  // namespace

void bind_accessories(const Node& root, Config& config, Problems& problems) {
  const Node* node = root.find("accessories");
  if (node == nullptr || !node->is(NodeKind::map)) return;
  std::vector<Accessory> accessories;
  for (const Entry& entry : node->entries) {
    if (entry.value.is(NodeKind::null)) {
      problems.error(fmt::format("`accessories.{}` is empty", entry.key), entry.where,
                     "it needs an `image` and a `host`; run `deploy docs accessories`");
    }
    // What is no map has been reported, and is not looked into: it has no places either.
    accessories.push_back(entry.value.is(NodeKind::map)
                              ? AccessoryBinder(root, config, entry, problems).bind()
                              : Accessory{.name = entry.key, .service = entry.key});
  }
  check_services(accessories, *node, problems);
  config.accessories = std::move(accessories);
}

}  // namespace liteship::config
