// `proxy boot_config`: Kamal's older way to say how the proxy is run, as files on the server.

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>

#include "cli/change.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

int show_boot_config(Environment& environment, Server& server) {
  const ProxyBoot boot = proxy_boot(server.config(), run_inspect(server.session()));
  const std::string from = !boot.files.empty()                 ? ".kamal/proxy on the server"
                           : server.config().proxy.run.written ? "proxy: run: of deploy.yml"
                                                               : "what is usual";
  const auto text = fmt::format("image: {}\noptions: {}\ncommand: {}\nfrom: {}\n", boot.image,
                                join(boot.options, " "), join(boot.command, " "), from);
  environment.reporter.answer(text, print_json(Json({{"image", boot.image},
                                                     {"options", boot.options},
                                                     {"command", boot.command},
                                                     {"from", from}})));
  return 0;
}

/// As Kamal puts them together: the image's own name cannot be chosen.
ProxyBootFiles files_of(const BootConfigFlags& flags) {
  ProxyRun run;
  run.publish = flags.publish;
  run.bind_ips = flags.ips;
  run.http_port = Port{flags.http_port};
  run.https_port = Port{flags.https_port};
  run.log_max_size = flags.log_max_size;
  if (flags.metrics_port) run.metrics_port = Port{*flags.metrics_port};
  run.debug = flags.debug;
  if (!flags.registry.empty()) run.registry = flags.registry;
  if (!flags.repository.empty()) run.repository = flags.repository + "/kamal-proxy";
  if (!flags.version.empty()) run.version = flags.version;
  return boot_files(run, flags.docker_options);
}

int run_boot_config(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const BootConfigFlags& flags = line.boot_config;
  if (flags.what == "get") return show_boot_config(environment, server);
  const bool sets = flags.what == "set";
  ProxyBootFiles files = files_of(flags);
  if (!sets) {
    for (auto& [name, text] : files) text.clear();
  }
  if (sets && server.config().proxy.run.written) {
    environment.reporter.on_event(Note{"deploy.yml has `proxy: run:`, which goes before these"});
  }
  return run_change(line, environment, server,
                    [&](const Facts&) { return plan_boot_config(server.config(), files); },
                    {.done = std::string(sets ? "written" : "gone") +
                             ": `deploy proxy reboot` brings it into force"});
}

/// What is wrong with it; nothing when it is an address.
std::string check_ip(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  const bool valid = inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
                     inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
  return valid ? "" : fmt::format("`{}` is not an IP address", text);
}

void add_set_options(CLI::App& verb, BootConfigFlags& flags) {
  const auto text = [&](const char* name, std::string& value, const char* help, const char* type) {
    verb.add_option(name, value, help)->type_name(type);
  };
  const auto port = [&](const char* name, auto& value, const char* help) {
    verb.add_option(name, value, help)
        ->type_name("PORT")
        ->check(CLI::Range(1, 65535).description(""));
  };
  verb.add_flag("--publish,!--no-publish", flags.publish, "Open the ports on the server (yes)");
  verb.add_option("--publish-host-ip", flags.ips, "On this address only; may come several times")
      ->type_name("IP")
      ->check(CLI::Validator(check_ip, ""))
      ->allow_extra_args(false);
  port("--http-port", flags.http_port, "The server's port for HTTP (80)");
  port("--https-port", flags.https_port, "The server's port for HTTPS (443)");
  text("--log-max-size", flags.log_max_size, "Size of the proxy's log (10m)", "SIZE");
  text("--registry", flags.registry, "Where the proxy's image comes from", "SERVER");
  text("--repository", flags.repository, "Whose image it is (basecamp)", "NAME");
  text("--image-version", flags.version, "The image's tag", "VERSION");
  port("--metrics-port", flags.metrics_port, "Metrics for Prometheus on this port");
  verb.add_flag("--debug", flags.debug, "A log that says more");
  verb.add_option("--docker-options", flags.docker_options, "More options of `docker run`")
      ->type_name("NAME=VALUE");
}

}  // namespace

void add_boot_config(CLI::App& proxy, CommandLine& line) {
  const std::vector<std::string> words = {"get", "set", "reset"};
  auto& verb = add_verb(
      proxy, line, "boot_config", "Kamal's older way to say how the proxy is run",
      {.about =
           "Kept in files on the server, which count where deploy.yml has no `proxy: run:`. In\n"
           "force once the proxy is rebooted. What is not given to `set` is as usual again.",
       .examples = {"deploy proxy boot_config get",
                    "deploy proxy boot_config set --http-port 8080 --https-port 8443",
                    "deploy proxy boot_config reset"},
       .words = words},
      run_boot_config);
  verb.add_option("what", line.boot_config.what, "get, set or reset")
      ->type_name("WHAT")
      ->required()
      ->check(CLI::IsMember(words).description(""));
  add_set_options(verb, line.boot_config);
  add_change_options(verb, line.release);
}

}  // namespace liteship
