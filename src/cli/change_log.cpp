#include "cli/change_log.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <random>

namespace liteship {
namespace {

/// The command without `deploy` before it.
std::string command_words(const Environment& environment) {
  return environment.command.substr(environment.command.find(' ') + 1);
}

/// As Kamal names them: when, destination, command.
std::string log_name(const Environment& environment, const Config& config) {
  return fmt::format("{:%Y-%m-%dT%H-%M-%S}{}_{}.log",
                     fmt::localtime(static_cast<std::time_t>(environment.seams.now())),
                     config.destination.empty() ? "" : "_" + config.destination,
                     replace_all(command_words(environment), " ", "_"));
}

bool is_release(const std::string& command) {
  constexpr std::array releases = {"deploy", "redeploy", "rollback", "setup"};
  return std::find(releases.begin(), releases.end(), command) != releases.end();
}

/// RFC 9562, version 4.
std::string random_uuid() {
  std::random_device device;
  const std::array<unsigned, 4> bits = {device(), device(), device(), device()};
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", bits[0], bits[1] >> 16,
                     bits[1] & 0xfff, (bits[2] >> 16 & 0x3fff) | 0x8000, bits[2] & 0xffff, bits[3]);
}

/// The names of Kamal 2.12, so that what somebody looks for there is found.
OtelLog otel_log(const Environment& environment, const Project& project,
                 const ReleaseOptions& options) {
  const std::string command = command_words(environment);
  const std::string id = random_uuid();
  std::string version = options.version.value_or("");
  if (version.empty() && project.git) version = project.git->revision;
  OtelLog log{.resource = {{"service.name", "kamal"},
                           {"service.version", LITESHIP_VERSION},
                           {"kamal.run_id", id},
                           {"kamal.performer", options.by},
                           {"service.namespace", project.config.service}},
              .command = {{"kamal.command", command}},
              .release = is_release(command),
              .send = {}};
  if (!version.empty()) log.resource.emplace_back("kamal.deploy_version", version);
  if (!project.config.destination.empty()) {
    log.resource.emplace_back("deployment.environment.name", project.config.destination);
  }
  if (log.release) {
    log.command.emplace_back("deployment.id", id);
    log.command.emplace_back("deployment.name", command + " " + project.config.service);
  }
  return log;
}

}  // namespace

void log_change(const Environment& environment, const Project& project,
                const ReleaseOptions& options) {
  const Config& config = project.config;
  if (config.log_directory) {
    environment.reporter.also(
        make_log_reporter(project.root / *config.log_directory / log_name(environment, config)));
  }
  if (!config.otel_endpoint) return;
  OtelLog log = otel_log(environment, project, options);
  log.send = [endpoint = *config.otel_endpoint](const std::string& body) {
    const std::string why = post_json(endpoint + "/v1/logs", body);
    return why.empty() ? why : fmt::format("the log could not be sent to {}: {}", endpoint, why);
  };
  environment.reporter.also(make_otel_reporter(std::move(log)));
}

}  // namespace liteship
