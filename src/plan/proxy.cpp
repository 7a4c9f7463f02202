// kamal-proxy's words. Flags and defaults: kamal-proxy v0.9.2, `kamal-proxy deploy --help`.

#include <fmt/core.h>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

void publish(Words& words, const ProxyRun& run) {
  if (!run.publish) return;
  const std::vector<std::string> ips = run.bind_ips.empty() ? Words{""} : run.bind_ips;
  for (const std::string& ip : ips) {
    const bool six = ip.find(':') != std::string::npos && !ip.starts_with('[');
    const std::string prefix = ip.empty() ? "" : six ? "[" + ip + "]:" : ip + ":";
    words.insert(words.end(),
                 {"--publish", fmt::format("{}{}:80", prefix, run.http_port.number), "--publish",
                  fmt::format("{}{}:443", prefix, run.https_port.number)});
  }
}

void add_buffering(Words& words, const Buffering& buffering) {
  if (buffering.requests) words.emplace_back("--buffer-requests");
  if (buffering.responses) words.emplace_back("--buffer-responses");
  if (buffering.max_request_body) {
    words.push_back(fmt::format("--max-request-body={}", *buffering.max_request_body));
  }
  if (buffering.max_response_body) {
    words.push_back(fmt::format("--max-response-body={}", *buffering.max_response_body));
  }
  if (buffering.memory) words.push_back(fmt::format("--buffer-memory={}", *buffering.memory));
}

}  // namespace

std::vector<std::string> proxy_words(const Config& config, const std::string& home) {
  const ProxyRun& run = config.proxy.run;
  Words words = {"--network", "kamal", "--restart", "unless-stopped"};
  publish(words, run);
  words.insert(words.end(), {"--log-opt", "max-size=" + run.log_max_size, "--volume",
                             "kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy", "--volume",
                             home + "/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config"});
  if (run.metrics_port) words.push_back(fmt::format("--expose={}", run.metrics_port->number));
  for (const auto& [name, value] : run.options) {
    words.push_back("--" + name);
    if (!value.empty() && value != "true") words.push_back(value);
  }
  words.push_back(proxy_image(config));
  if (run.debug || run.metrics_port) words.insert(words.end(), {"kamal-proxy", "run"});
  if (run.debug) words.emplace_back("--debug");
  if (run.metrics_port) {
    words.insert(words.end(), {"--metrics-port", std::to_string(run.metrics_port->number)});
  }
  return words;
}

Command with_pages(const Config& config, const std::string& version, Command command) {
  if (!config.error_pages_path || version.empty()) return command;
  return Command{"with_pages", config.app_name() + "/error_pages/" + version}.args(command.words);
}

std::vector<PhaseFile> error_page_files(const Config& config, const Request& request,
                                        const Version& version) {
  std::vector<PhaseFile> files;
  for (const auto& [name, page] : request.error_pages) {
    files.push_back({".kamal/proxy/apps-config/" + config.app_name() + "/error_pages/" +
                         version.text + "/" + name,
                     Secret(page), fmt::format("[a page of {} bytes]\n", page.size()), "644"});
  }
  return files;
}

std::string certificate_directory(const Config& config, const Role& role) {
  return "/home/kamal-proxy/.apps-config/" + config.app_name() + "/tls/" + role.name;
}

std::vector<PhaseFile> certificate_files(const Config& config, const Secrets& secrets,
                                         const Role& role) {
  if (!role.proxy || !role.proxy->certificate_pem || !role.proxy->private_key_pem) return {};
  const std::string base = app_directory(config) + "/tls/" + role.name;
  return {
      {base + "/cert.pem", secrets.at(role.proxy->certificate_pem->secret), "[redacted]\n", "600"},
      {base + "/key.pem", secrets.at(role.proxy->private_key_pem->secret), "[redacted]\n", "600"}};
}

std::vector<std::string> deploy_flags(const Config& config, const Role& role) {
  const ProxyConfig& proxy = *role.proxy;
  Words words;
  for (const std::string& host : proxy.hosts) words.push_back("--host=" + host);
  for (const std::string& prefix : proxy.path_prefixes) words.push_back("--path-prefix=" + prefix);
  if (!proxy.path_prefixes.empty() && !proxy.strip_path_prefix) {
    words.emplace_back("--strip-path-prefix=false");
  }
  if (proxy.ssl) words.emplace_back("--tls");
  if (proxy.certificate_pem && proxy.private_key_pem) {
    const std::string directory = certificate_directory(config, role);
    words.push_back("--tls-certificate-path=" + directory + "/cert.pem");
    words.push_back("--tls-private-key-path=" + directory + "/key.pem");
  }
  if (!proxy.ssl_redirect) words.emplace_back("--tls-redirect=false");
  words.push_back(fmt::format("--deploy-timeout={}s", config.deploy_timeout.count()));
  words.push_back(fmt::format("--drain-timeout={}s", config.drain_timeout.count()));
  words.push_back(fmt::format("--target-timeout={}s", proxy.response_timeout.count()));
  words.push_back(fmt::format("--health-check-path={}", proxy.healthcheck.path));
  words.push_back(fmt::format("--health-check-interval={}ms", proxy.healthcheck.interval.count()));
  words.push_back(fmt::format("--health-check-timeout={}ms", proxy.healthcheck.timeout.count()));
  add_buffering(words, proxy.buffering);
  for (const std::string& name : proxy.log_request_headers) {
    words.push_back("--log-request-header=" + name);
  }
  for (const std::string& name : proxy.log_response_headers) {
    words.push_back("--log-response-header=" + name);
  }
  if (proxy.forward_headers) {
    words.push_back(fmt::format("--forward-headers={}", *proxy.forward_headers));
  }
  return words;
}

}  // namespace liteship
