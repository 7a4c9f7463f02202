#include "cli/server.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "cli/line_buffer.h"

namespace liteship {
namespace {

/// Those of the connection first; each secret once, however many places name it.
std::vector<SecretName> with_connection(const Config& config,
                                        const std::vector<SecretName>& chosen) {
  std::vector<SecretName> names = needed_secrets(config.ssh);
  for (const SecretName& name : chosen) {
    const bool known = std::any_of(names.begin(), names.end(), [&](const SecretName& other) {
      return other.name == name.name && other.secret == name.secret;
    });
    if (!known) names.push_back(name);
  }
  return names;
}

/// Does one of `a, b*` mean `name`?
bool matches(const std::string& patterns, const std::string& name) {
  const std::vector<std::string> list = split(patterns, ',');
  return std::any_of(list.begin(), list.end(), [&](const std::string& pattern) {
    return fnmatch(std::string(trim(pattern)).c_str(), name.c_str(), 0) == 0;
  });
}

/// There is one server: a filter that leaves it out leaves nothing.
void check_filters(const GlobalOptions& options, const Config& config) {
  std::vector<Diagnostic> problems;
  if (!options.hosts.empty() && !matches(options.hosts, config.host)) {
    problems.push_back({.message = fmt::format("no host is called `{}`", options.hosts),
                        .reason = fmt::format("the app's server is `{}`", config.host),
                        .help = "leave `--hosts` out"});
  }
  if (!options.roles.empty() && roles_named(config, options.roles).empty()) {
    const auto roles = roles_named(config, "*");
    const auto close = closest_match(options.roles, roles);
    problems.push_back({.message = fmt::format("there is no role `{}`", options.roles),
                        .help = close ? fmt::format("did you mean `{}`?", *close)
                                      : "roles: " + join(roles, ", ")});
  }
  if (!problems.empty()) throw Error(ErrorKind::usage, std::move(problems));
}

int checked_status(const CommandOutcome& outcome) {
  if (outcome.status >= 0) return outcome.status;
  throw Error(ErrorKind::connection,
              Diagnostic{.message = "the connection to the server was lost",
                         .help = "check the network, then run the command again"});
}

}  // namespace

std::vector<std::string> roles_named(const Config& config, const std::string& patterns) {
  std::vector<std::string> names;
  for (const Role& role : config.roles) {
    if (matches(patterns, role.name)) names.push_back(role.name);
  }
  return names;
}

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
  for (const Credential& key : ssh.key_data) request.key_data.push_back(value_of(key, secrets));
  return request;
}

namespace {

/// What Kamal reads and cannot carry out stops here, before anything begins.
Project load_usable(const Environment& environment) {
  Project project = load_project(environment);
  if (!project.config.obstacles.empty()) throw Error(ErrorKind::usage, project.config.obstacles);
  return project;
}

bool is_release(Needs needs) { return needs == Needs::secrets || needs == Needs::everything; }

std::vector<SecretName> secrets_for(const Config& config, Needs needs) {
  if (!is_release(needs)) return {};
  std::vector<SecretName> names = needed_secrets(config);
  if (needs == Needs::secrets) return names;
  for (const Accessory& accessory : config.accessories) {
    const auto more = needed_secrets(accessory);
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

SshRequest request_for(const Config& config, const Secrets& secrets, Needs needs) {
  SshRequest request = ssh_request(config, secrets);
  request.forward_agent = needs == Needs::agent && config.ssh.forward_agent;
  return request;
}

}  // namespace

Server::Server(const Environment& environment, Needs needs)
    : Server(
          environment, load_usable(environment),
          [&](const Config& config) { return secrets_for(config, needs); }, needs) {
  if (is_release(needs)) read_replica_key(environment, config(), secrets_);
}

Server::Server(const Environment& environment, const SecretChoice& choice)
    : Server(environment, load_usable(environment), choice, Needs::connection) {}

Server::Server(const Environment& environment, Project project, const SecretChoice& choice,
               Needs needs)
    : environment_(environment),
      project_(std::move(project)),
      secrets_(load_secrets(environment, project_,
                            with_connection(project_.config, choice(project_.config)))),
      host_(make_lazy_host(environment, request_for(project_.config, secrets_, needs),
                           [this] { greet(); })),
      printer_(dry_run_output(environment)),
      dry_run_(environment.options.dry_run),
      roles_(environment.options.roles),
      session_{.config = project_.config,
               .secrets = secrets_,
               .host = *host_,
               .interrupts = environment.interrupts,
               .events = [&environment](const Event& e) { environment.reporter.on_event(e); },
               .log = [&environment](
                          std::string_view bytes) { environment.reporter.on_output(bytes); }} {
  check_filters(environment.options, project_.config);
}

// As with Kamal, before whatever connects: it may be what opens the way to the server.
void Server::greet() {
  ReleaseOptions options{.root = project_.root,
                         .git = project_.git,
                         .command = environment_.command,
                         .by = performer(environment_, project_),
                         .skip_hooks = environment_.skip_hooks,
                         .roles = roles_named(project_.config, roles_)};
  if (dry_run_) options.dry_run = dry_run_output(environment_);
  run_pre_connect(session_, options);
}

Config Server::chosen() const {
  Config config = project_.config;
  (void)config.primary_role();  // there is an app
  if (roles_.empty()) return config;
  std::erase_if(config.roles, [&](const Role& role) { return !matches(roles_, role.name); });
  return config;
}

void Server::require_every_role() const {
  if (chosen().roles.size() == config().roles.size()) return;
  throw Error(
      ErrorKind::usage,
      Diagnostic{.message = "a release is of every role",
                 .reason = fmt::format("`--roles {}` leaves some out", roles_),
                 .help = "leave `--roles` out; `deploy app restart --roles …` acts on some"});
}

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
          .log = session_.log,
          .greeted = true};
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
