// How kamal-proxy's container is run. `proxy: run:` says it; without that, what `boot_config set`
// has left in .kamal/proxy on the server, one file each for a part; else what is usual
// (Kamal 2.12).

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

/// The oldest that has what we ask of it, Kamal's minimum, too.
constexpr const char* oldest_version = "v0.9.2";
constexpr const char* usual_repository = "basecamp/kamal-proxy";

void publish(Words& words, const ProxyRun& run) {
  if (!run.publish) return;
  const Words ips = run.bind_ips.empty() ? Words{""} : run.bind_ips;
  for (const std::string& ip : ips) {
    const bool six = ip.find(':') != std::string::npos && !ip.starts_with('[');
    const std::string prefix = ip.empty() ? "" : six ? "[" + ip + "]:" : ip + ":";
    words.insert(words.end(),
                 {"--publish", fmt::format("{}{}:80", prefix, run.http_port.number), "--publish",
                  fmt::format("{}{}:443", prefix, run.https_port.number)});
  }
}

Words option_words(const ProxyRun& run, const std::string& home) {
  Words words;
  publish(words, run);
  if (!run.log_max_size.empty()) {
    words.insert(words.end(), {"--log-opt", "max-size=" + run.log_max_size});
  }
  if (run.metrics_port) words.push_back(fmt::format("--expose={}", run.metrics_port->number));
  add_options(words, run.options, home);
  return words;
}

Words command_words(const ProxyRun& run) {
  if (!run.debug && !run.metrics_port) return {};
  Words words = {"kamal-proxy", "run"};
  if (run.debug) words.emplace_back("--debug");
  if (run.metrics_port) {
    words.insert(words.end(), {"--metrics-port", std::to_string(run.metrics_port->number)});
  }
  return words;
}

/// The host's port of `[address:]port:port`.
std::string host_port(const std::string& mapping) {
  const std::string outer = mapping.substr(0, mapping.rfind(':'));
  return outer.substr(outer.rfind(':') + 1);
}

/// Of a file on the server. Errors: Error{usage} when a quote is open in it.
Words words_of(const std::string& name, const std::string& text) {
  const auto line = split_words(text);
  if (line) return line->words;
  throw Error(ErrorKind::usage,
              Diagnostic{fmt::format("a quote is open in `.kamal/proxy/{}` on the server", name),
                         {},
                         {},
                         {},
                         "correct it there, or run `deploy proxy boot_config reset`"});
}

}  // namespace

// v0.N.M: text order is right while N and M have one digit.
bool older_proxy(const std::string& image, const std::string& version) {
  const std::size_t colon = image.rfind(':');
  return colon != std::string::npos && image.substr(colon + 1) < version;
}

ProxyBoot proxy_boot(const Config& config, const Facts& facts) {
  const ProxyRun& run = config.proxy.run;
  ProxyBoot boot{
      proxy_image(config), run.version, option_words(run, facts.home), command_words(run), {}};
  if (run.written || facts.proxy_boot.empty()) return boot;
  boot.files = facts.proxy_boot;
  const auto file = [&](const char* name, const std::string& usual) {
    const auto found = boot.files.find(name);
    return found == boot.files.end() ? usual : std::string(trim(found->second));
  };
  boot.version = file("image_version", oldest_version);
  if (boot.version.starts_with('v') && boot.version < oldest_version) boot.version = oldest_version;
  boot.image = file("image", usual_repository) + ":" + boot.version;
  if (boot.files.contains("options")) boot.options = words_of("options", file("options", ""));
  boot.command = words_of("run_command", file("run_command", ""));
  return boot;
}

bool publishes(const ProxyBoot& boot, int port) {
  bool next = false;
  return std::any_of(boot.options.begin(), boot.options.end(), [&](const std::string& word) {
    const bool value = next;
    next = word == "--publish" || word == "-p";
    const std::string mapping = word.starts_with("--publish=") ? word.substr(10)
                                : value                        ? word
                                                               : "";
    return !mapping.empty() && host_port(mapping) == std::to_string(port);
  });
}

std::vector<std::string> proxy_parts(const Config& config, const Facts& facts) {
  const std::string image = proxy_boot(config, facts).image;
  if (facts.proxy && facts.proxy->image == image) return {};
  return {image};
}

std::string prepared_tool_image(const Config& config, const Request& request, const Facts& facts) {
  return roles_with_proxy(config).empty() ? request.image : proxy_boot(config, facts).image;
}

std::vector<std::string> proxy_words(const ProxyBoot& boot, const std::string& home) {
  Words words = {"--network", "kamal", "--restart", "unless-stopped"};
  words.insert(words.end(), boot.options.begin(), boot.options.end());
  words.insert(words.end(),
               {"--volume", "kamal-proxy-config:/home/kamal-proxy/.config/kamal-proxy", "--volume",
                home + "/.kamal/proxy/apps-config:/home/kamal-proxy/.apps-config"});
  words.push_back(boot.image);
  words.insert(words.end(), boot.command.begin(), boot.command.end());
  return words;
}

ProxyBootFiles boot_files(const ProxyRun& run, const std::vector<std::string>& docker_options) {
  const ProxyRun usual;
  Words options = option_words(run, "");
  for (const std::string& option : docker_options) options.push_back("--" + option);
  const std::string image = proxy_repository(run);
  return {{"options", options == option_words(usual, "") ? "" : join(options, " ")},
          {"image", image == usual_repository ? "" : image},
          {"image_version", run.version == usual.version ? "" : run.version},
          {"run_command", join(command_words(run), " ")}};
}

Phase plan_boot_config(const Config& config, const ProxyBootFiles& files) {
  Phase phase;
  phase.id = "boot-config";
  phase.variables = phase_variables(config);
  for (const auto& [name, text] : files) {
    phase.steps.push_back(
        {replace_all(name, "_", "-"),
         fmt::format("{} .kamal/proxy/{}", text.empty() ? "remove" : "write", name),
         Command{"keep_boot_file", name, text}});
  }
  return phase;
}

}  // namespace liteship
