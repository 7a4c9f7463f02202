// volumes and sqlite: where the data is.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/bind.h"
#include "config/read.h"
#include "config/value.h"

namespace liteship::config {
namespace {

constexpr std::array schemes = {"s3", "sftp", "file", "gs", "abs"};

bool is_volume_name(const std::string& name) {
  return name.size() > 1 && std::isalnum(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
         });
}

/// `path` without a slash at its end.
std::string without_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

bool is_clean_path(const std::string& path) {
  const std::vector<std::string> parts = split(path, '/');
  return path.starts_with("/") && std::find(parts.begin(), parts.end(), "..") == parts.end();
}

bool is_read_only(const Volume& volume) {
  const std::vector<std::string> options = split(volume.options, ',');
  return std::find(options.begin(), options.end(), "ro") != options.end();
}

/// Kamal's commands run in the home of the server's user, where a shell reads these.
std::string below_home(const std::string& text) {
  for (const std::string_view home : {"$PWD/", "${PWD}/", "$(pwd)/", "$HOME/", "${HOME}/"}) {
    if (text.starts_with(home)) return "~/" + text.substr(home.size());
  }
  return text;
}

std::optional<Volume> bind_volume(const Node& node, Problems& problems) {
  std::vector<std::string> parts = split(below_home(node.text), ':');
  const std::string help = "write `name:/path` or `/folder:/path`; run `deploy docs volumes`";
  const bool anonymous = parts.size() == 1 && parts[0].starts_with('/');
  if (anonymous) parts.insert(parts.begin(), std::string());
  if (parts.size() < 2 || parts.size() > 3 || (parts[0].empty() && !anonymous)) {
    problems.error(fmt::format("`{}` is not a volume", node.text), node.where, help);
    return std::nullopt;
  }
  Volume volume{parts[0], parts[1], parts.size() == 3 ? parts[2] : "", node.where};
  if (!anonymous && !volume.is_host_path() && !is_volume_name(volume.source)) {
    problems.error(fmt::format("`{}` is neither a volume's name nor a folder", volume.source),
                   node.where, "a folder on the server begins with `/` or `~/`");
  }
  if (has_control(node.text)) {
    problems.error("a volume's name or folder holds a control character", node.where, help);
  }
  if (!is_clean_path(volume.target)) {
    problems.error(fmt::format("`{}` must be a full path inside the container", volume.target),
                   node.where, help);
  }
  return volume;
}

/// The volume that `path` lies in: the one with the longest target.
const Volume* volume_of(const std::string& path, const std::vector<Volume>& volumes) {
  const Volume* best = nullptr;
  for (const Volume& volume : volumes) {
    const std::string target = without_slash(volume.target);
    const bool inside = target == "/" || path.starts_with(target + "/");
    if (inside && (best == nullptr || target.size() > without_slash(best->target).size())) {
      best = &volume;
    }
  }
  return best;
}

std::string nearest_targets(const std::vector<Volume>& volumes) {
  if (volumes.empty()) return "add `volumes:`, such as `- storage:/storage`";
  std::vector<std::string> targets;
  for (const Volume& volume : volumes) targets.push_back(fmt::format("`{}`", volume.target));
  return fmt::format("the volumes are mounted at {}", join(targets, ", "));
}

void check_database(const Database& database, const std::vector<Volume>& volumes,
                    Problems& problems) {
  if (!is_clean_path(database.path) || database.path.ends_with("/")) {
    problems.error(
        fmt::format("`{}` must be a file's full path inside the container", database.path),
        database.where);
    return;
  }
  if (has_control(database.path) || database.path.find_first_of("\"\\") != std::string::npos) {
    problems.error(
        fmt::format("`{}` holds a quote, a backslash or a control character", database.path),
        database.where, "rename the database");
    return;
  }
  const Volume* volume = volume_of(database.path, volumes);
  if (volume == nullptr || volume->source.empty()) {
    Diagnostic outside{fmt::format("the database `{}` is not inside a volume", database.path),
                       database.where,
                       "it would be lost with the container of the next release",
                       {},
                       nearest_targets(volumes)};
    problems.errors.push_back(std::move(outside));
  } else if (is_read_only(*volume)) {
    problems.error(fmt::format("the database `{}` is on a read-only volume", database.path),
                   database.where, fmt::format("remove `ro` from `{}`", volume->text()));
  }
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void check_names(const std::vector<Database>& databases, Problems& problems) {
  for (std::size_t i = 0; i < databases.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (databases[i].path == databases[j].path) {
        problems.error(fmt::format("the database `{}` is named twice", databases[i].path),
                       databases[i].where);
      } else if (databases[i].replicate && databases[j].replicate &&
                 file_name(databases[i].path) == file_name(databases[j].path)) {
        problems.error(
            fmt::format("two databases have the file name `{}`", file_name(databases[i].path)),
            databases[i].where,
            "their copies would share a place: rename one, or set `replicate: false`");
      }
    }
  }
}

std::vector<Database> bind_databases(const Node* node, const std::vector<Volume>& volumes,
                                     Problems& problems) {
  std::vector<Database> databases;
  if (node == nullptr || !node->is(NodeKind::list)) return databases;
  for (const Node& item : node->items) {
    Database database;
    database.where = item.where;
    if (item.is(NodeKind::map)) {
      const Node* path = item.find("path");
      if (path == nullptr) continue;  // reported as missing
      database.where = path->where;
      read(path, database.path);
      read(item.find("replicate"), database.replicate);
    } else {
      read(&item, database.path);
    }
    check_database(database, volumes, problems);
    databases.push_back(std::move(database));
  }
  if (databases.empty() && node->items.empty()) {
    problems.error("`sqlite.databases` is empty", node->where, "run `deploy docs sqlite`");
  }
  check_names(databases, problems);
  return databases;
}

void check_url(const Node* node, Problems& problems) {
  if (node == nullptr || !node->is(NodeKind::scalar)) return;
  const std::size_t end = node->text.find("://");
  const std::string scheme = node->text.substr(0, end);
  const bool known = end != std::string::npos &&
                     std::find(schemes.begin(), schemes.end(), scheme) != schemes.end();
  if (known && node->text.size() > end + 3 && !has_control(node->text)) return;
  problems.error(fmt::format("`{}` is not a place for copies", node->text), node->where,
                 "write s3://bucket/path, sftp://user@host/path, file:///path, gs:// or abs://");
}

bool names_secret(const Replica& replica, const std::string& name) {
  return std::any_of(replica.secret.begin(), replica.secret.end(),
                     [&](const SecretName& secret) { return secret.name == name; });
}

// Without the server's key the replicator would only warn, and hand the data to whoever answers.
void check_sftp(const Replica& replica, Problems& problems) {
  if (!replica.url.starts_with("sftp://")) return;
  if (!replica.host_key) {
    problems.error("`sqlite.replica.host_key` is missing", replica.where,
                   "`ssh-keyscan -t ecdsa HOST` prints the server's key; compare it with what the "
                   "server's owner says");
  }
  if (replica.key_path && names_secret(replica, sftp_key_secret)) {
    problems.error(
        fmt::format("both `sqlite.replica.key_path` and the secret `{}`", sftp_key_secret),
        replica.where, "keep one of them");
  }
}

std::optional<Replica> bind_replica(const Node* node, Problems& problems) {
  if (node == nullptr || !node->is(NodeKind::map)) return std::nullopt;
  Replica replica;
  replica.where = node->find("url") != nullptr ? node->find("url")->where : node->where;
  read(node->find("url"), replica.url);
  check_url(node->find("url"), problems);
  read(node->find("region"), replica.region);
  read(node->find("endpoint"), replica.endpoint);
  read(node->find("force_path_style"), replica.force_path_style);
  read(node->find("host_key"), replica.host_key);
  read(node->find("key_path"), replica.key_path);
  replica.secret = read_secret_names(node->find("secret"), problems);
  check_sftp(replica, problems);
  return replica;
}

void bind_retention(const Node* node, Sqlite& sqlite, Problems& problems) {
  std::chrono::milliseconds time = sqlite.retention;
  read(node, time);
  if (time < std::chrono::hours(1) || time % std::chrono::hours(1) != time.zero()) {
    problems.error("`sqlite.retention` must be whole hours, at least one", node->where,
                   "such as `24h`, `168h` or `7d`");
    return;
  }
  sqlite.retention = std::chrono::duration_cast<std::chrono::hours>(time);
}

}  // namespace

std::vector<Volume> bind_volumes(const Node* node, Problems& problems) {
  std::vector<Volume> volumes;
  if (node == nullptr || !node->is(NodeKind::list)) return volumes;
  for (const Node& item : node->items) {
    if (!item.is(NodeKind::scalar)) continue;
    auto volume = bind_volume(item, problems);
    if (!volume) continue;
    for (const Volume& other : volumes) {
      if (without_slash(other.target) != without_slash(volume->target)) continue;
      problems.error(fmt::format("two volumes are mounted at `{}`", volume->target), item.where,
                     fmt::format("the first is in line {}", other.where.line));
    }
    volumes.push_back(std::move(*volume));
  }
  return volumes;
}

std::optional<Sqlite> bind_sqlite(const Node* node, const std::vector<Volume>& volumes,
                                  Problems& problems) {
  if (node == nullptr || !node->is(NodeKind::map)) return std::nullopt;
  Sqlite sqlite;
  sqlite.databases = bind_databases(node->find("databases"), volumes, problems);
  sqlite.replica = bind_replica(node->find("replica"), problems);
  bind_retention(node->find("retention"), sqlite, problems);
  const Node* snapshots = node->find("snapshots");
  read(child(snapshots, "before_release"), sqlite.snapshots.before_release);
  read(child(snapshots, "keep"), sqlite.snapshots.keep);
  read(node->find("migrate"), sqlite.migrate);
  if (sqlite.migrate && trim(*sqlite.migrate).empty()) sqlite.migrate.reset();
  std::string cutover;
  read(node->find("cutover"), cutover);
  if (cutover == "overlap") sqlite.cutover = Cutover::overlap;
  if (cutover == "hold") sqlite.cutover = Cutover::hold;
  read(node->find("image"), sqlite.image);
  return sqlite;
}

}  // namespace liteship::config
