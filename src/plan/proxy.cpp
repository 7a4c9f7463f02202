// kamal-proxy's words. Flags and defaults: kamal-proxy v0.9.2, `kamal-proxy deploy --help`.

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

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

void add_step(Phase& phase, std::string id, std::string title, Command command) {
  phase.steps.push_back({std::move(id), std::move(title), std::move(command)});
}

Error no_proxy() {
  return Error(ErrorKind::usage, Diagnostic{"the server has no proxy",
                                            {},
                                            "no container is called `kamal-proxy`",
                                            {},
                                            "run `deploy proxy boot`"});
}

void check_idle(const ProxyFacts& proxy) {
  if (proxy.services.empty()) return;
  Words names;
  for (const ProxyService& service : proxy.services) names.push_back(service.name);
  throw Error(ErrorKind::usage,
              Diagnostic{"the proxy is in use",
                         {},
                         "it sends requests to " + join(names, ", "),
                         {},
                         "remove those first, or add `--force` to take all of them off the net"});
}

}  // namespace

bool needs_proxy(const Config& config, const Request& request) {
  const auto& inputs = request.accessories;
  return !roles_with_proxy(config).empty() ||
         std::any_of(inputs.begin(), inputs.end(), [](const AccessoryInput& input) {
           return input.accessory->proxy.has_value();
         });
}

const ProxyService* service_of(const Facts& facts, const std::string& name) {
  if (!facts.proxy) return nullptr;
  for (const ProxyService& service : facts.proxy->services) {
    if (service.name == name) return &service;
  }
  return nullptr;
}

const Container* container_behind(const ProxyService& service, const Facts& facts) {
  if (service.targets.empty()) return nullptr;
  const std::string& target = service.targets.front();
  const std::string id = target.substr(0, target.rfind(':'));
  for (const Container& c : facts.containers) {
    if (!id.empty() && (c.id.starts_with(id) || c.name == id)) return &c;
  }
  return nullptr;
}

void add_network(Phase& phase, const Facts& facts) {
  if (facts.proxy && facts.proxy->running) return;
  add_step(phase, "network", "make the network `kamal`", Command{"alone", "make_network"});
}

void add_proxy(Phase& phase, const Config& config, const Facts& facts) {
  const ProxyBoot boot = proxy_boot(config, facts);
  const Words words = proxy_words(boot, facts.home);
  if (!facts.proxy || facts.proxy->image.empty()) {
    add_network(phase, facts);
    add_step(phase, "proxy", "start kamal-proxy", Command{"alone", "start_proxy"}.args(words));
  } else if (facts.proxy->image != boot.image && older_proxy(facts.proxy->image, boot.version)) {
    add_step(phase, "proxy", "replace kamal-proxy by " + boot.version,
             Command{"alone", "replace_proxy", boot.image}.args(words));
  } else if (!facts.proxy->running) {
    add_step(phase, "proxy", "start kamal-proxy", Command{"alone", "start_proxy"}.args(words));
  } else {
    return;
  }
  add_step(phase, "proxy-ready", "wait for kamal-proxy", Command{"wait_proxy"});
}

std::string tool_image(const Facts& facts, const std::string& otherwise) {
  return facts.proxy && !facts.proxy->image.empty() ? facts.proxy->image : otherwise;
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

std::string certificate_directory(const Config& config, const std::string& name) {
  return "/home/kamal-proxy/.apps-config/" + config.app_name() + "/tls/" + name;
}

std::vector<PhaseFile> certificate_files(const Config& config, const Secrets& secrets,
                                         const ProxyConfig& proxy, const std::string& name) {
  if (!proxy.certificate_pem || !proxy.private_key_pem) return {};
  const std::string base = app_directory(config) + "/tls/" + name;
  return {{base + "/cert.pem", secrets.at(proxy.certificate_pem->secret), "[redacted]\n", "600"},
          {base + "/key.pem", secrets.at(proxy.private_key_pem->secret), "[redacted]\n", "600"}};
}

void add_certificate(Phase& phase, const Config& config, const Secrets& secrets,
                     const ProxyConfig& proxy, const std::string& name) {
  // A rollback resolves no secrets: the certificate of the last release stays.
  if (!proxy.certificate_pem || !secrets.contains(proxy.certificate_pem->secret)) return;
  const std::vector<PhaseFile> files = certificate_files(config, secrets, proxy, name);
  if (files.empty()) return;
  phase.files.insert(phase.files.end(), files.begin(), files.end());
  add_step(phase, "certificate-" + name, "install the certificate of " + name,
           Command{"install_certificate", app_directory(config) + "/tls/" + name, config.app_name(),
                   name});
}

std::vector<std::string> deploy_flags(const Config& config, const Role& role) {
  return deploy_flags(config, *role.proxy, certificate_directory(config, role.name));
}

std::vector<std::string> deploy_flags(const Config& config, const ProxyConfig& proxy,
                                      const std::string& certificates) {
  Words words;
  for (const std::string& host : proxy.hosts) words.push_back("--host=" + host);
  for (const std::string& prefix : proxy.path_prefixes) words.push_back("--path-prefix=" + prefix);
  if (!proxy.path_prefixes.empty() && !proxy.strip_path_prefix) {
    words.emplace_back("--strip-path-prefix=false");
  }
  if (proxy.ssl) words.emplace_back("--tls");
  if (proxy.certificate_pem && proxy.private_key_pem) {
    words.push_back("--tls-certificate-path=" + certificates + "/cert.pem");
    words.push_back("--tls-private-key-path=" + certificates + "/key.pem");
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

Phase plan_proxy(const Config& config, ProxyAction action, const Facts& facts) {
  if (action >= ProxyAction::remove_container) return plan_proxy_cleanup(config, action, facts);
  Phase phase;
  phase.id = "proxy";
  phase.variables = phase_variables(config);
  const bool there = facts.proxy && !facts.proxy->image.empty();
  if (action == ProxyAction::boot || (action == ProxyAction::reboot && !there)) {
    add_proxy(phase, config, facts);
    return phase;
  }
  if (!there) throw no_proxy();
  switch (action) {
    case ProxyAction::boot:
    case ProxyAction::remove_container:
    case ProxyAction::remove_image:
    case ProxyAction::remove_directory:
      break;
    case ProxyAction::reboot:
      add_step(phase, "proxy", "replace kamal-proxy",
               Command{"alone", "reboot_proxy"}.args(
                   proxy_words(proxy_boot(config, facts), facts.home)));
      break;
    case ProxyAction::start:
      add_step(phase, "proxy", "start kamal-proxy", Command{"start_again", "kamal-proxy"});
      break;
    case ProxyAction::stop:
      add_step(phase, "proxy", "stop kamal-proxy", Command{"stop_containers", "10", "kamal-proxy"});
      return phase;
    case ProxyAction::restart:
      add_step(phase, "stop", "stop kamal-proxy", Command{"stop_containers", "10", "kamal-proxy"});
      add_step(phase, "proxy", "start kamal-proxy", Command{"start_again", "kamal-proxy"});
      break;
    case ProxyAction::remove:
      check_idle(*facts.proxy);
      [[fallthrough]];
    case ProxyAction::remove_by_force:
      add_step(phase, "proxy", "remove kamal-proxy",
               Command{"alone", "stop_and_remove", "10", "kamal-proxy"});
      add_step(phase, "image", "remove its image", Command{"remove_image", facts.proxy->image});
      return phase;
  }
  add_step(phase, "proxy-ready", "wait for kamal-proxy", Command{"wait_proxy"});
  return phase;
}

}  // namespace liteship
