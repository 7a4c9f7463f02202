// Config → what `kamal config` prints: Kamal's keys, in its order, with its values.

#include "config/kamal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/read.h"
#include "config/ruby_scalar.h"
#include "config/value.h"
#include "config/yaml.h"
#include "config/yaml_writer.h"
#include "liteship/config.h"

namespace liteship {
namespace config {
namespace {

using Lines = std::vector<std::string>;

/// Text that is text for every reader: without quotes only where nothing else could be meant.
std::string text(const std::string& value) {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./").find(static_cast<char>(c)) != std::string_view::npos;
  });
  const bool letter = plain && (std::isalpha(static_cast<unsigned char>(value.front())) != 0 ||
                                value.front() == '/');
  return letter && !parse_flag(value) && value != "null" ? value : in_double_quotes(value);
}

std::string scalar(const Node& node) {
  if (is_private_key(node.text)) return in_double_quotes("[redacted]");
  const bool as_it_stood = !node.quoted && node.text.find('\n') == std::string::npos;
  return as_it_stood ? node.text : in_double_quotes(node.text);
}

std::string key_text(const std::string& key) {
  const bool plain = !key.empty() && std::all_of(key.begin(), key.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
  });
  return plain && key.front() != '-' ? key : in_double_quotes(key);
}

Lines lines_of(const Node& node);

void add_below(Lines& lines, const std::string& first, const std::string& rest, const Lines& more) {
  for (std::size_t i = 0; i < more.size(); ++i) lines.push_back((i == 0 ? first : rest) + more[i]);
}

bool is_short(const Node& node) {
  return node.items.empty() && node.entries.empty();  // a scalar, or nothing in it
}

Lines lines_of_map(const Node& node) {
  Lines lines;
  for (const Entry& entry : node.entries) {
    const Lines value = lines_of(entry.value);
    if (is_short(entry.value)) {
      lines.push_back(key_text(entry.key) + ": " + value.front());
    } else {
      lines.push_back(key_text(entry.key) + ":");
      add_below(lines, "  ", "  ", value);
    }
  }
  return lines;
}

Lines lines_of(const Node& node) {
  switch (node.kind) {
    case NodeKind::null:
      return {"null"};
    case NodeKind::scalar:
      return {scalar(node)};
    case NodeKind::list: {
      if (node.items.empty()) return {"[]"};
      Lines lines;
      for (const Node& item : node.items) add_below(lines, "- ", "  ", lines_of(item));
      return lines;
    }
    case NodeKind::map:
      return node.entries.empty() ? Lines{"{}"} : lines_of_map(node);
  }
  return {};
}

/// A value as Ruby's `dump` shows it, which is how Kamal hands it to a shell.
std::string shell_value(const std::string& value) {
  std::string out = "\"";
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    const char next = i + 1 < value.size() ? value[i + 1] : '\0';
    const bool variable = c == '$' && next == '{' && value.find('}', i + 2) != std::string::npos;
    if (c == '"' || c == '\\' || c == '`' || (c == '$' && !variable)) {
      out += '\\';
      out += c;
    } else if (c == '#' && (next == '{' || next == '$' || next == '@')) {
      out += "\\#";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// `--name value` for each option, as Kamal's command lines have them.
void add_option(Lines& words, const std::string& option, const std::string& key, const Node& node) {
  words.push_back(option);
  const std::string value = ruby_text(node);
  const bool is_false = value == "false" && !node.quoted;
  words.push_back(value.empty() ? key : key + "=" + (is_false ? value : shell_value(value)));
}

class View {
 public:
  View(const Config& config, const Node& root, std::string version)
      : config_(config), root_(root), version_(std::move(version)) {}

  std::string render() {
    lines_ = {"---"};
    list("roles", roles());
    if (!config_.host.empty()) list("hosts", {config_.host});
    if (!config_.host.empty()) put("primary_host", text(config_.host));
    put("version", text(version_));
    put("repository", text(repository()));
    put("absolute_image", text(repository() + ":" + version_));
    put("service_with_version", text(config_.service + "-" + version_));
    list("volume_args", volume_args());
    ssh_options();
    raw("sshkit", root_.find("sshkit"));
    raw("builder", root_.find("builder"));
    if (const Node* accessories = root_.find("accessories")) {
      Node shown = *accessories;
      hide_passwords(shown);
      raw("accessories", &shown);
    }
    list("logging", logging_args());
    return join(lines_, "\n") + "\n";
  }

 private:
  void put(const std::string& key, const std::string& value) {
    lines_.push_back(":" + key + ": " + value);
  }
  void list(const std::string& key, const Lines& values) {
    if (values.empty()) return put(key, "[]");
    lines_.push_back(":" + key + ":");
    for (const std::string& value : values) lines_.push_back("- " + text(value));
  }
  void raw(const std::string& key, const Node* node) {
    if (node == nullptr) return put(key, "{}");
    if (is_short(*node)) return put(key, lines_of(*node).front());
    lines_.push_back(":" + key + ":");
    add_below(lines_, "  ", "  ", lines_of(*node));
  }

  [[nodiscard]] Lines roles() const {
    const Node* servers = root_.find("servers");
    if (servers == nullptr) return {};  // accessories only
    if (!servers->is(NodeKind::map)) return {"web"};
    Lines names;
    for (const Entry& entry : servers->entries) names.push_back(entry.key);
    std::sort(names.begin(), names.end());
    return names;
  }

  [[nodiscard]] std::string repository() const {
    const Node* server = child(root_.find("registry"), "server");
    return server == nullptr ? config_.image : server->text + "/" + config_.image;
  }

  [[nodiscard]] Lines volume_args() const {
    Lines words;
    const Node* volumes = root_.find("volumes");
    if (volumes == nullptr) return words;
    for (const Node& volume : volumes->items) {
      words.emplace_back("--volume");
      words.push_back(volume.text);
    }
    return words;
  }

  [[nodiscard]] Lines logging_args() const {
    Lines words;
    const Node* logging = root_.find("logging");
    const Node* log_driver = child(logging, "driver");
    const Node* options = child(logging, "options");
    if (log_driver != nullptr) {
      words.emplace_back("--log-driver");
      words.push_back(shell_value(log_driver->text));
    }
    if (options != nullptr) {
      for (const Entry& entry : options->entries) {
        add_option(words, "--log-opt", entry.key, entry.value);
      }
    }
    if (words.empty()) words = {"--log-opt", "max-size=\"10m\""};
    return words;
  }

  void ssh_options() {
    lines_.emplace_back(":ssh_options:");
    const Node* ssh = root_.find("ssh");
    ssh_option("user", child(ssh, "user"), "root");
    ssh_option("port", child(ssh, "port"), "22");
    ssh_proxy(ssh);
    lines_.emplace_back("  :keepalive: true");
    lines_.emplace_back("  :keepalive_interval: 30");
    for (const char* key : {"keys_only", "keys", "key_data", "config", "forward_agent"}) {
      ssh_option(key, child(ssh, key), "");
    }
    ssh_option("log_level", child(ssh, "log_level"), ":fatal");
  }

  void ssh_option(const std::string& key, const Node* node, const std::string& otherwise) {
    if (node == nullptr) {
      if (!otherwise.empty()) lines_.push_back("  :" + key + ": " + otherwise);
    } else if (is_short(*node)) {
      lines_.push_back("  :" + key + ": " + lines_of(*node).front());
    } else {
      lines_.push_back("  :" + key + ":");
      add_below(lines_, "    ", "    ", lines_of(*node));
    }
  }

  /// Kamal prints its objects here.
  void ssh_proxy(const Node* ssh) {
    const std::string object = "  :proxy: !ruby/object:Net::SSH::Proxy::";
    if (const Node* proxy = child(ssh, "proxy")) {
      const bool named = proxy->text.find('@') != std::string::npos;
      lines_.push_back(object + "Jump");
      lines_.push_back("    jump_proxies: " + text(named ? proxy->text : "root@" + proxy->text));
    } else if (const Node* command = child(ssh, "proxy_command")) {
      lines_.push_back(object + "Command");
      lines_.push_back("    command_line_template: " + text(command->text));
      lines_.emplace_back("    command_line: null");
      lines_.emplace_back("    timeout: 60");
    }
  }

  static void hide_passwords(Node& node) {
    for (Node& item : node.items) hide_passwords(item);
    for (Entry& entry : node.entries) {
      if (entry.key == "registry" && entry.value.find("password") != nullptr) {
        for (Entry& credential : entry.value.entries) {
          const bool literal = credential.value.is(NodeKind::scalar);
          if (credential.key == "password" && literal) credential.value.text = "[REDACTED]";
          if (credential.key == "password" && literal) credential.value.quoted = true;
        }
      }
      hide_passwords(entry.value);
    }
  }

  const Config& config_;
  const Node& root_;
  std::string version_;
  Lines lines_;
};

}  // namespace

std::string to_yaml(const Node& node) { return join(lines_of(node), "\n") + "\n"; }

}  // namespace config

std::string render_kamal_config(const Config& config, const Version& version) {
  Problems problems;
  const std::vector<config::Node> documents =
      config::parse_yaml(erb::unchanged("deploy.yml", config.merged), problems);
  const config::Node root = documents.empty() ? config::Node{} : documents.front();
  return config::View(config, root, version.text).render();
}

}  // namespace liteship
