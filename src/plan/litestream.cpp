// The replicator's configuration. Why each setting: docs/adr/0006-litestream.md.

#include <fmt/core.h>

#include "plan/pieces.h"
#include "support/json.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

constexpr const char* config_in_container = "/etc/litestream/litestream.yml";
constexpr const char* key_in_container = "/etc/litestream/key";

// A JSON string is a YAML scalar whatever is in it.
std::string scalar(const std::string& text) { return print_json(nlohmann::json(text)); }

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string replica_url(const Replica& replica, const std::string& database) {
  std::string url = replica.url;
  while (url.ends_with('/')) url.pop_back();
  return url + "/" + file_name(database);
}

std::string directory(const Config& config) { return app_directory(config) + "/litestream"; }

// sftp has no environment variable for its password, so that one secret is in the file itself.
const Secret* sftp_password(const Replica& replica, const Secrets& secrets) {
  for (const SecretName& secret : replica.secret) {
    if (secret.name == "LITESTREAM_SFTP_PASSWORD") return &secrets.at(secret.secret);
  }
  return nullptr;
}

// The name of the secret that holds the private key; nothing when no key is used.
std::optional<std::string> sftp_key(const Replica& replica) {
  if (replica.key_path) return sftp_key_secret;  // the file was read into it
  for (const SecretName& secret : replica.secret) {
    if (secret.name == sftp_key_secret) return secret.secret;
  }
  return std::nullopt;
}

std::string render_replica(const Replica& replica, const std::string& database,
                           const std::string& password) {
  std::string text = "      url: " + scalar(replica_url(replica, database)) + "\n";
  if (replica.region) text += "      region: " + scalar(*replica.region) + "\n";
  if (replica.endpoint) text += "      endpoint: " + scalar(*replica.endpoint) + "\n";
  if (replica.force_path_style) {
    text += fmt::format("      force-path-style: {}\n", *replica.force_path_style);
  }
  if (replica.host_key) text += "      host-key: " + scalar(*replica.host_key) + "\n";
  if (sftp_key(replica)) text += std::string("      key-path: ") + key_in_container + "\n";
  if (!password.empty()) text += "      password: " + scalar(password) + "\n";
  return text;
}

std::string render_litestream(const Config& config, const std::string& password) {
  const Sqlite& sqlite = *config.sqlite;
  std::string text = fmt::format(
      "# Made by deploy from `sqlite:` of deploy.yml; changes here are lost.\n"
      "socket: {{enabled: true, path: /run/deploy/litestream.sock, permissions: 0600}}\n"
      "logging: {{level: info, type: json}}\n"
      "snapshot: {{interval: 24h, retention: {}h}}\n"
      "shutdown-sync-timeout: 30s\n"
      "dbs:\n",
      sqlite.retention.count());
  for (const std::string& path : replicated_paths(config)) {
    text += "  - path: " + scalar(path) + "\n    replica:\n";
    text += render_replica(*sqlite.replica, path, password);
  }
  return text;
}

// file:///var/backups/app is a directory of the server: mounted at the same path.
std::optional<std::string> replica_directory(const Config& config) {
  const std::string& url = config.sqlite->replica->url;
  if (!url.starts_with("file://")) return std::nullopt;
  return url.substr(7);
}

void mount(Words& words, const std::string& from, const std::string& to, const char* options) {
  words.emplace_back("--volume");
  words.push_back(from + ":" + to + options);
}

Words shared_words(const Config& config, const std::string& home) {
  Words words = {"--network", "kamal"};
  const std::string base = home + "/" + directory(config);
  mount(words, base + "/litestream.yml", config_in_container, ":ro");
  if (sftp_key(*config.sqlite->replica)) mount(words, base + "/key", key_in_container, ":ro");
  if (const auto path = replica_directory(config)) mount(words, *path, *path, "");
  std::vector<const Volume*> mounted;
  for (const std::string& path : replicated_paths(config)) {
    const Volume* volume = volume_of(config, path);
    if (std::find(mounted.begin(), mounted.end(), volume) != mounted.end()) continue;
    mounted.push_back(volume);
    mount(words, volume_source(*volume, home), volume->target, "");
  }
  words.emplace_back("--env-file");
  words.push_back(directory(config) + "/env");
  return words;
}

}  // namespace

bool replicates(const Config& config) {
  return config.sqlite && config.sqlite->replica && !replicated_paths(config).empty();
}

std::vector<std::string> replicated_paths(const Config& config) {
  Words paths;
  if (!config.sqlite) return paths;
  for (const Database& database : config.sqlite->databases) {
    if (database.replicate) paths.push_back(database.path);
  }
  return paths;
}

std::string replica_id(const Config& config) {
  const Replica& replica = *config.sqlite->replica;
  return spec_of({replica.url, replica.endpoint.value_or("")});
}

std::vector<PhaseFile> sidecar_files(const Config& config, const Secrets& secrets) {
  const Replica& replica = *config.sqlite->replica;
  const Secret* password = sftp_password(replica, secrets);
  const std::string base = directory(config);
  std::vector<PhaseFile> files;
  // 644 in a directory that only the ssh user may enter: the container's user must read it.
  files.push_back({base + "/litestream.yml",
                   Secret(render_litestream(config, password == nullptr ? "" : password->reveal())),
                   render_litestream(config, password == nullptr ? "" : "[redacted]"), "644"});
  if (const auto key = sftp_key(replica)) {
    files.push_back({base + "/key", secrets.at(*key), "[redacted]\n", "644"});
  }
  return files;
}

EnvFiles sidecar_env(const Config& config, const Secrets& secrets) {
  std::vector<SecretName> names = config.sqlite->replica->secret;
  std::erase_if(names, [](const SecretName& s) { return s.name.starts_with("LITESTREAM_SFTP_"); });
  return env_files(directory(config) + "/env", names, secrets);
}

std::vector<std::string> sidecar_words(const Config& config, const Secrets& secrets,
                                       const std::string& user, const std::string& home) {
  // 45 s: the last sync may take 30 s, and Docker would kill after 10.
  Words words = {"--stop-timeout", "45",
                 "--restart",      "unless-stopped",
                 "--log-opt",      "max-size=10m",
                 "--label",        "liteship.part=litestream",
                 "--label",        "liteship.app=" + config.app_name(),
                 "--label",        "liteship.replica=" + replica_id(config)};
  const Words shared = shared_words(config, home);
  words.insert(words.end(), shared.begin(), shared.end());
  Words all = words;
  for (const PhaseFile& file : sidecar_files(config, secrets)) all.push_back(file.content.reveal());
  all.push_back(sidecar_env(config, secrets).content());
  all.push_back(user);
  all.push_back(config.sqlite->image);
  words.insert(words.end(), {"--label", "liteship.spec=" + spec_of(all), config.sqlite->image,
                             "replicate", "-config", config_in_container, "-no-expand-env"});
  return words;
}

std::vector<std::string> litestream_once_words(const Config& config, const std::string& /*user*/,
                                               const std::string& home) {
  Words words = shared_words(config, home);
  words.push_back(config.sqlite->image);
  return words;
}

}  // namespace liteship
