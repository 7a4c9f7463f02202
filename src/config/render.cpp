// Config → YAML that parse_config reads back to the same values.

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/yaml_writer.h"
#include "liteship/config.h"

namespace liteship {
namespace {

using config::container_scalar;
using config::secret_name;
using config::Writer;
using config::yaml_scalar;

void render_command(Writer& out, const std::optional<std::string>& command) {
  if (command) out.raw("cmd", container_scalar(*command));
}

void render_env(Writer& out, const EnvConfig& env) {
  if (env.clear.empty() && env.secret.empty()) return;
  out.begin("env");
  if (!env.clear.empty()) {
    out.begin("clear");
    for (const auto& [name, value] : env.clear) out.raw(name, container_scalar(value));
    out.end();
  }
  out.put("secret", env.secret);
  out.end();
}

void render_logging(Writer& out, const Logging& logging) {
  if (logging == Logging{}) return;  // Kamal's default holds only where nothing is said
  out.begin("logging");
  out.put("driver", logging.driver);
  out.put("options", logging.options);
  out.end();
}

void render_run(Writer& out, const ProxyRun& run) {
  out.begin("run");
  out.put("http_port", run.http_port);
  out.put("https_port", run.https_port);
  out.put("log_max_size", run.log_max_size);
  out.put("publish", run.publish);
  out.put("bind_ips", run.bind_ips);
  out.put("metrics_port", run.metrics_port);
  out.put("debug", run.debug);
  out.put("registry", run.registry);
  out.put("repository", run.repository);
  out.put("version", run.version);
  out.put("options", run.options);
  out.end();
}

void render_ssl(Writer& out, const ProxyConfig& proxy) {
  if (!proxy.certificate_pem || !proxy.private_key_pem) return out.put("ssl", proxy.ssl);
  out.begin("ssl");
  out.put("certificate_pem", secret_name(*proxy.certificate_pem));
  out.put("private_key_pem", secret_name(*proxy.private_key_pem));
  out.end();
}

void render_proxy(Writer& out, const ProxyConfig& proxy) {
  out.begin("proxy");
  out.put("hosts", proxy.hosts);
  out.put("app_port", proxy.app_port);
  render_ssl(out, proxy);
  out.put("ssl_redirect", proxy.ssl_redirect);
  out.put("forward_headers", proxy.forward_headers);
  out.put("response_timeout", proxy.response_timeout);
  out.put("path_prefixes", proxy.path_prefixes);
  out.put("strip_path_prefix", proxy.strip_path_prefix);
  out.begin("healthcheck");
  out.put("path", proxy.healthcheck.path);
  out.put("interval", proxy.healthcheck.interval);
  out.put("timeout", proxy.healthcheck.timeout);
  out.end();
  out.begin("buffering");
  out.put("requests", proxy.buffering.requests);
  out.put("responses", proxy.buffering.responses);
  out.put("max_request_body", proxy.buffering.max_request_body);
  out.put("max_response_body", proxy.buffering.max_response_body);
  out.put("memory", proxy.buffering.memory);
  out.end();
  out.begin("logging");
  out.put("request_headers", proxy.log_request_headers);
  out.put("response_headers", proxy.log_response_headers);
  out.end();
  render_run(out, proxy.run);
  out.end();
}

void render_role(Writer& out, const Role& role, const std::string& host) {
  out.begin(role.name);
  out.put("hosts", std::vector<std::string>{host});
  render_command(out, role.cmd);
  out.put("options", role.options);
  out.put("labels", role.labels);
  render_env(out, role.env);
  render_logging(out, role.logging);
  if (role.proxy) {
    render_proxy(out, *role.proxy);
  } else {
    out.put("proxy", false);
  }
  out.put("stop_timeout", role.stop_timeout);
  if (role.asset_path) {
    const AssetPath& assets = *role.asset_path;
    out.put("asset_path",
            assets.options.empty() ? assets.path : assets.path + ":" + assets.options);
  }
  out.end();
}

const char* text_of(HookOutput output) {
  return output == HookOutput::verbose ? "verbose" : "quiet";
}

void render_output(Writer& out, const Config& config) {
  if (!config.log_directory && !config.otel_endpoint) return;
  out.begin("output");
  if (config.log_directory) {
    out.begin("file");
    out.put("path", *config.log_directory);
    out.end();
  }
  if (config.otel_endpoint) {
    out.begin("otel");
    out.put("endpoint", *config.otel_endpoint);
    out.end();
  }
  out.end();
}

void render_hooks_output(Writer& out, const HooksOutput& output) {
  if (output.all) out.put("hooks_output", text_of(*output.all));
  if (output.of.empty()) return;
  out.begin("hooks_output");
  for (const auto& [hook, how] : output.of) out.put(hook, text_of(how));
  out.end();
}

/// A secret by its name; a value in the file itself is not shown.
void render_credential(Writer& out, const std::string& key,
                       const std::optional<Credential>& credential, const char* hidden) {
  if (!credential) return;
  if (const auto* name = std::get_if<SecretName>(&*credential)) {
    out.put(key, std::vector<std::string>{secret_name(*name)});
  } else {
    out.put(key, hidden != nullptr ? std::string(hidden) : std::get<std::string>(*credential));
  }
}

void render_registry(Writer& out, const std::optional<Registry>& registry) {
  if (!registry) return;
  out.begin("registry");
  out.put("server", registry->server);
  render_credential(out, "username", registry->username, nullptr);
  render_credential(out, "password", registry->password, "[redacted]");
  out.end();
}

void render_mounts(Writer& out, const std::string& key, const std::vector<AccessoryMount>& mounts) {
  if (mounts.empty()) return;
  out.begin(key);
  for (const AccessoryMount& mount : mounts) {
    std::string text =
        fmt::format("local: {}, remote: {}", yaml_scalar(mount.source), yaml_scalar(mount.target));
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) text += fmt::format(", {}: \"{}\"", name, value);
    };
    add("mode", mount.mode);
    add("owner", mount.owner);
    if (!mount.options.empty()) text += ", options: " + yaml_scalar(mount.options);
    out.item("{" + text + "}");
  }
  out.end();
}

void render_accessory(Writer& out, const Accessory& accessory, const std::string& host) {
  out.begin(accessory.name);
  out.put("service", accessory.service);
  const bool own = accessory.registry && accessory.registry->server;
  out.put("image",
          own ? accessory.image.substr(accessory.registry->server->size() + 1) : accessory.image);
  render_registry(out, accessory.registry);
  out.put("host", host);
  render_command(out, accessory.cmd);
  for (const std::string& port : accessory.ports) out.put("port", port);
  out.put("labels", accessory.labels);
  out.put("options", accessory.options);
  render_env(out, accessory.env);
  render_mounts(out, "files", accessory.files);
  render_mounts(out, "directories", accessory.directories);
  if (!accessory.volumes.empty()) out.begin("volumes");
  for (const Volume& volume : accessory.volumes) out.item(yaml_scalar(volume.text()));
  if (!accessory.volumes.empty()) out.end();
  out.put("network", accessory.network);
  if (accessory.proxy) render_proxy(out, *accessory.proxy);
  out.put("stop_timeout", accessory.stop_timeout);
  out.end();
}

void render_builder(Writer& out, const Builder& builder) {
  out.begin("builder");
  if (!builder.arch.empty()) out.put("arch", builder.arch);
  out.put("local", builder.local);
  out.put("remote", builder.remote);
  out.put("context", builder.context);
  out.put("dockerfile", builder.dockerfile);
  out.put("target", builder.target);
  out.put("args", builder.args);
  out.put("secrets", builder.secrets);
  out.put("ssh", builder.ssh);
  if (builder.cache) {
    out.begin("cache");
    out.put("type", builder.cache->type);
    out.put("image", builder.cache->image);
    out.put("options", builder.cache->options);
    out.end();
  }
  out.put("driver", builder.driver);
  if (builder.pack) {
    out.begin("pack");
    out.put("builder", builder.pack->builder);
    out.put("buildpacks", builder.pack->buildpacks);
    out.end();
  }
  out.put("provenance", builder.provenance);
  out.put("sbom", builder.sbom);
  out.end();
}

void render_ssh(Writer& out, const SshConfig& ssh) {
  out.begin("ssh");
  out.put("user", ssh.user);
  out.put("port", ssh.port);
  out.put("proxy", ssh.proxy);
  out.put("proxy_command", ssh.proxy_command);
  if (!ssh.keys.empty()) out.put("keys", ssh.keys);
  std::vector<std::string> keys;
  for (const Credential& key : ssh.key_data) {
    const auto* name = std::get_if<SecretName>(&key);
    keys.push_back(name != nullptr ? secret_name(*name) : "[redacted]");
  }
  if (!keys.empty()) out.put("key_data", keys);
  out.put("keys_only", ssh.keys_only);
  out.put("forward_agent", ssh.forward_agent);
  if (ssh.config_files.empty()) {
    out.put("config", ssh.use_config);
  } else {
    out.put("config", ssh.config_files);
  }
  out.end();
}

void render_replica(Writer& out, const Replica& replica) {
  out.begin("replica");
  out.put("url", replica.url);
  out.put("region", replica.region);
  out.put("endpoint", replica.endpoint);
  out.put("force_path_style", replica.force_path_style);
  out.put("host_key", replica.host_key);
  out.put("key_path", replica.key_path);
  out.put("secret", replica.secret);
  out.end();
}

void render_sqlite(Writer& out, const std::optional<Sqlite>& sqlite, Cutover cutover) {
  if (!sqlite) return;
  out.begin("sqlite");
  out.begin("databases");
  for (const Database& database : sqlite->databases) {
    out.item(
        fmt::format("{{path: {}, replicate: {}}}", yaml_scalar(database.path), database.replicate));
  }
  out.end();
  if (sqlite->replica) render_replica(out, *sqlite->replica);
  out.raw("retention", fmt::format("{}h", sqlite->retention.count()));
  out.begin("snapshots");
  out.put("before_release", sqlite->snapshots.before_release);
  out.put("keep", sqlite->snapshots.keep);
  out.end();
  out.put("migrate", sqlite->migrate);
  out.put("cutover", cutover == Cutover::hold ? "hold" : "overlap");
  out.put("image", sqlite->image);
  out.end();
}

}  // namespace

std::string render_config(const Config& config) {
  Writer out;
  out.put("service", config.service);
  out.put("image", config.image);
  if (!config.roles.empty()) {
    out.put("primary_role", config.roles.front().name);
    out.begin("servers");
    for (const Role& role : config.roles) render_role(out, role, config.host);
    out.end();
  }
  if (!config.accessories.empty()) out.begin("accessories");
  for (const Accessory& accessory : config.accessories) {
    render_accessory(out, accessory, config.host);
  }
  if (!config.accessories.empty()) out.end();
  render_proxy(out, config.proxy);
  render_env(out, config.env);
  out.put("labels", config.labels);
  if (!config.volumes.empty()) out.begin("volumes");
  for (const Volume& volume : config.volumes) out.item(yaml_scalar(volume.text()));
  if (!config.volumes.empty()) out.end();
  render_registry(out, config.registry);
  render_builder(out, config.builder);
  render_ssh(out, config.ssh);
  render_sqlite(out, config.sqlite, config.cutover());
  render_logging(out, config.logging);
  out.put("error_pages_path", config.error_pages_path);
  render_hooks_output(out, config.hooks_output);
  render_output(out, config);
  if (!config.hooks_path.empty()) out.put("hooks_path", config.hooks_path);
  if (!config.secrets_path.empty()) out.put("secrets_path", config.secrets_path);
  if (!config.aliases.empty()) out.begin("aliases");
  for (const auto& [name, words] : config.aliases) out.raw(name, container_scalar(words));
  if (!config.aliases.empty()) out.end();
  out.put("retain_containers", config.retain_containers);
  out.put("readiness_delay", config.readiness_delay);
  out.put("deploy_timeout", config.deploy_timeout);
  out.put("drain_timeout", config.drain_timeout);
  out.put("stop_timeout", config.stop_timeout);
  return out.take();
}

}  // namespace liteship
