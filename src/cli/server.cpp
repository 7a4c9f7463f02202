#include "cli/server.h"

#include "cli/line_buffer.h"

namespace liteship {
namespace {

std::vector<SecretName> connection_secrets(const Config& config) { return config.ssh.key_data; }

int checked_status(const CommandOutcome& outcome) {
  if (outcome.status >= 0) return outcome.status;
  throw Error(ErrorKind::connection,
              Diagnostic{.message = "the connection to the server was lost",
                         .help = "check the network, then run the command again"});
}

}  // namespace

SshRequest ssh_request(const Config& config, const Secrets& secrets) {
  const auto& ssh = config.ssh;
  SshRequest request{.host = config.host,
                     .user = ssh.user,
                     .port = ssh.port,
                     .keys = ssh.keys,
                     .keys_only = ssh.keys_only,
                     .proxy = ssh.proxy,
                     .proxy_command = ssh.proxy_command,
                     .use_config = ssh.use_config,
                     .config_files = ssh.config_files};
  for (const auto& name : ssh.key_data) request.key_data.push_back(secrets.at(name.secret));
  return request;
}

Server::Server(const Environment& environment, Needs needs)
    : project_(load_project(environment)),
      secrets_(needs == Needs::secrets
                   ? load_secrets(environment, project_)
                   : load_secrets(environment, project_, connection_secrets(project_.config))),
      host_(make_lazy_host(environment, ssh_request(project_.config, secrets_))),
      printer_(dry_run_output(environment)),
      dry_run_(environment.options.dry_run),
      session_{.config = project_.config,
               .secrets = secrets_,
               .host = *host_,
               .interrupts = environment.interrupts,
               .events = [&environment](const Event& e) { environment.reporter.on_event(e); },
               .log = [&environment](
                          std::string_view bytes) { environment.reporter.on_output(bytes); }} {}

Host& Server::host() {
  if (dry_run_) return printer_;
  return *host_;
}

Session Server::printing_session() {
  return {.config = session_.config,
          .secrets = session_.secrets,
          .host = printer_,
          .interrupts = session_.interrupts,
          .events = session_.events,
          .log = session_.log};
}

OutputSink dry_run_output(const Environment& environment) {
  if (environment.options.json) {
    return [&environment](std::string_view bytes) {
      for (const auto& line : split_lines(bytes)) {
        environment.reporter.on_event(StepOutput{"dry-run", line});
      }
    };
  }
  return [&environment](std::string_view bytes) {
    environment.reporter.settle();
    environment.seams.out.write(bytes);
  };
}

int stream_command(const Environment& environment, Host& host, const Command& command,
                   const std::string& step, Passed passed) {
  const auto shown = [&](std::string_view bytes) {
    return passed == Passed::printable ? printable(bytes) : std::string(bytes);
  };
  if (!environment.options.json) {
    environment.reporter.settle();
    const auto out = [&](std::string_view bytes) { environment.seams.out.write(shown(bytes)); };
    const auto err = [&](std::string_view bytes) { environment.seams.err.write(shown(bytes)); };
    return checked_status(host.run_command(command, out, err, environment.interrupts));
  }
  LineBuffer lines([&](const std::string& line) {
    environment.reporter.on_event(StepOutput{step, line});
  });
  const auto take = [&](std::string_view bytes) { lines.add(bytes); };
  const auto outcome = host.run_command(command, take, take, environment.interrupts);
  lines.finish();
  return checked_status(outcome);
}

}  // namespace liteship
