#include <fmt/format.h>

#include <algorithm>

#include "config/bind.h"
#include "config/read.h"

namespace liteship::config {
namespace {

/// Two keys for the same thing: `one` as a comma list, `many` as a list.
std::vector<std::string> read_either(const Node* node, const std::string& one,
                                     const std::string& many, Problems& problems) {
  std::vector<std::string> values;
  const Node* single = child(node, one);
  const Node* list = child(node, many);
  if (single != nullptr && list != nullptr) {
    problems.error(fmt::format("`{}` and `{}` exclude each other", one, many), list->where,
                   fmt::format("keep one; `{}` may hold several, separated by commas", one));
  }
  read(list, values);
  if (single != nullptr) values = split_commas(single->text);
  return values;
}

void check_host(const std::string& host, const Location& where, Problems& problems) {
  const bool plain = std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '*';
  });
  if (plain && !host.empty()) return;
  problems.error(fmt::format("`{}` is not a hostname", host), where,
                 "write the name only, without `https://`, port or path");
}

void check_path(const Node* node, const std::string& path, Problems& problems) {
  if (node == nullptr || path.starts_with("/")) return;
  problems.error(fmt::format("the path `{}` must begin with `/`", path), node->where);
}

Location place_of(const Node* node, const std::string& one, const std::string& many) {
  const Node* found = child(node, one);
  if (found == nullptr) found = child(node, many);
  return found == nullptr ? Location{} : found->where;
}

void bind_ssl(const Node* node, ProxyConfig& proxy, Problems& problems) {
  const Node* ssl = child(node, "ssl");
  if (ssl == nullptr) return;
  read(ssl, proxy.ssl);
  if (ssl->is(NodeKind::map)) {
    proxy.ssl = true;
    proxy.certificate_pem = read_secret_name(ssl->find("certificate_pem"), problems);
    proxy.private_key_pem = read_secret_name(ssl->find("private_key_pem"), problems);
    const bool whole =
        ssl->find("certificate_pem") != nullptr && ssl->find("private_key_pem") != nullptr;
    if (!whole) {
      problems.error("a certificate of your own needs `certificate_pem` and `private_key_pem`",
                     ssl->where, "run `deploy docs proxy`");
    }
  }
  if (proxy.ssl && proxy.hosts.empty()) {
    problems.error("`ssl` needs a hostname", ssl->where, "add `host: app.example.com` beside it");
  }
}

void bind_healthcheck(const Node* node, HealthCheck& check, Problems& problems) {
  read(child(node, "path"), check.path);
  read(child(node, "interval"), check.interval);
  read(child(node, "timeout"), check.timeout);
  check_path(child(node, "path"), check.path, problems);
  for (const char* key : {"interval", "timeout"}) {
    std::chrono::milliseconds time{1};
    read(child(node, key), time);
    if (time.count() == 0) {
      problems.error(fmt::format("`healthcheck.{}` must be more than 0", key),
                     child(node, key)->where);
    }
  }
}

void bind_buffering(const Node* node, Buffering& buffering) {
  read(child(node, "requests"), buffering.requests);
  read(child(node, "responses"), buffering.responses);
  read_size(child(node, "max_request_body"), buffering.max_request_body);
  read_size(child(node, "max_response_body"), buffering.max_response_body);
  read_size(child(node, "memory"), buffering.memory);
}

void bind_run(const Node* node, ProxyRun& run) {
  run.written = node != nullptr;
  read(child(node, "http_port"), run.http_port);
  read(child(node, "https_port"), run.https_port);
  read(child(node, "metrics_port"), run.metrics_port);
  read(child(node, "log_max_size"), run.log_max_size);
  read(child(node, "publish"), run.publish);
  read(child(node, "bind_ips"), run.bind_ips);
  read(child(node, "debug"), run.debug);
  read(child(node, "registry"), run.registry);
  read(child(node, "repository"), run.repository);
  read(child(node, "version"), run.version);
  read(child(node, "options"), run.options);
}

}  // namespace

ProxyConfig bind_proxy(const Node* node, Problems& problems) {
  ProxyConfig proxy;
  if (node == nullptr || !node->is(NodeKind::map)) return proxy;
  proxy.hosts = read_either(node, "host", "hosts", problems);
  for (const std::string& host : proxy.hosts) {
    check_host(host, place_of(node, "host", "hosts"), problems);
  }
  read(node->find("app_port"), proxy.app_port);
  bind_ssl(node, proxy, problems);
  read(node->find("ssl_redirect"), proxy.ssl_redirect);
  read(node->find("forward_headers"), proxy.forward_headers);
  read(node->find("response_timeout"), proxy.response_timeout);
  proxy.path_prefixes = read_either(node, "path_prefix", "path_prefixes", problems);
  for (const std::string& prefix : proxy.path_prefixes) {
    const Node* place = node->find("path_prefix");
    check_path(place != nullptr ? place : node->find("path_prefixes"), prefix, problems);
  }
  read(node->find("strip_path_prefix"), proxy.strip_path_prefix);
  bind_healthcheck(node->find("healthcheck"), proxy.healthcheck, problems);
  bind_buffering(node->find("buffering"), proxy.buffering);
  const Node* logging = node->find("logging");
  read(child(logging, "request_headers"), proxy.log_request_headers);
  read(child(logging, "response_headers"), proxy.log_response_headers);
  bind_run(node->find("run"), proxy.run);
  return proxy;
}

}  // namespace liteship::config
