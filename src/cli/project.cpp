#include "cli/project.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "cli/secret_command.h"

namespace liteship {
namespace {

namespace fs = std::filesystem;

constexpr std::array usual_names = {"deploy.yml", "config/deploy.yml"};

std::optional<SourceText> read_source(const fs::path& root, const fs::path& path) {
  auto text = read_file(root / path);
  if (!text) return std::nullopt;
  return SourceText{path.string(), std::move(*text)};
}

[[noreturn]] void fail_without_config(const std::string& wanted) {
  if (!wanted.empty()) {
    throw Error(ErrorKind::usage, Diagnostic{.message = fmt::format("there is no `{}`", wanted),
                                             .help = "check `--config-file`"});
  }
  throw Error(ErrorKind::usage,
              Diagnostic{.message = "there is no `deploy.yml` or `config/deploy.yml` here",
                         .help = "run `deploy init` to write one, or `cd` to the project"});
}

std::optional<SourceText> read_base(const Seams& seams, const GlobalOptions& options) {
  if (!options.config_file.empty()) return read_source(seams.directory, options.config_file);
  for (const auto* name : usual_names) {
    if (auto source = read_source(seams.directory, name)) return source;
  }
  return std::nullopt;
}

/// `config/deploy.yml` and `staging` → `config/deploy.staging.yml`
fs::path overlay_path(const fs::path& base, const std::string& destination) {
  return base.parent_path() /
         (base.stem().string() + "." + destination + base.extension().string());
}

std::optional<SourceText> read_overlay(const Seams& seams, const std::string& destination,
                                       const fs::path& base) {
  if (destination.empty()) return std::nullopt;
  const auto path = overlay_path(base, destination);
  auto source = read_source(seams.directory, path);
  if (source) return source;
  throw Error(ErrorKind::usage,
              Diagnostic{.message = fmt::format("there is no destination `{}`", destination),
                         .reason = fmt::format("`{}` does not exist", path.string())});
}

/// Lowest precedence first: NAME-common, then NAME.DESTINATION or, without a destination, NAME.
std::vector<SourceText> read_secrets(const Environment& environment, const std::string& name) {
  const auto& destination = environment.options.destination;
  const auto own = destination.empty() ? name : name + "." + destination;
  std::vector<SourceText> files;
  for (const auto& path : {name + "-common", own}) {
    if (auto source = read_source(environment.seams.directory, path)) files.push_back(*source);
  }
  return files;
}

std::vector<SourceText> secrets_files(const Environment& environment, const Config& config) {
  if (!config.secrets_path.empty()) return read_secrets(environment, config.secrets_path);
  auto files = read_secrets(environment, ".deploy/secrets");
  return files.empty() ? read_secrets(environment, ".kamal/secrets") : files;
}

}  // namespace

void show_warning(const Environment& environment, const Diagnostic& warning) {
  auto text = warning.message;
  if (warning.where) text += fmt::format(" ({}:{})", warning.where->file, warning.where->line);
  if (!warning.help.empty()) text += "; " + warning.help;
  environment.reporter.on_event(Note{text});
}

namespace {

Secrets resolve(const Environment& environment, const Config& config,
                const std::vector<SourceText>& files, const std::vector<SecretName>& names) {
  const auto run = [&](const std::string& command) {
    return run_secret_command(environment, command);
  };
  auto variables = environment.seams.variables;
  for (const auto& [name, value] : config.exported) variables[name] = value.reveal();
  const auto warn = [&](const Diagnostic& warning) { show_warning(environment, warning); };
  return resolve_secrets(files, variables, run, names, warn);
}

/// This machine's time, as `date` shows it.
WallClock wall_clock(const Seams& seams) {
  const std::time_t now = seams.now ? seams.now() : std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  return {now, static_cast<int>(local.tm_gmtoff), local.tm_zone};
}

}  // namespace

fs::path expand_home(const Environment& environment, const std::string& path) {
  if (!path.starts_with("~/")) return environment.seams.directory / path;
  return fs::path(environment.variable("HOME")) / path.substr(2);
}

ErbTools erb_tools(const Seams& seams, Interrupts& interrupts) {
  const auto run = [&](const Command& command, const std::string& input,
                       const ErbTools::Variables& changes) {
    const auto result =
        run_process(command, {.directory = seams.directory, .environment = changes, .input = input},
                    interrupts);
    return CommandResult{result.status, result.output, result.error_output};
  };
  return {.run_command =
              [run](const std::string& command, const ErbTools::Variables& changes) {
                // Not in the arguments, which everybody can read: it may hold a secret.
                return run(Command{"sh", "-c", "eval \"$(cat)\""}, command, changes);
              },
          .run_ruby =
              [run](const std::string& program, const ErbTools::Variables& changes) {
                return run(Command{"ruby", "-"}, program, changes);
              },
          .read_file = [&](const std::string& path) { return read_file(seams.directory / path); },
          .exists = [&](const std::string& path) { return fs::exists(seams.directory / path); },
          .now = [&] { return wall_clock(seams); },
          .directory = fs::absolute(seams.directory).lexically_normal().string()};
}

namespace {

Config parse_source(const Seams& seams, const GlobalOptions& options, SourceText base,
                    Interrupts& interrupts) {
  auto overlay = read_overlay(seams, options.destination, base.path);
  return parse_config({.base = std::move(base),
                       .overlay = std::move(overlay),
                       .destination = options.destination,
                       .environment = seams.variables,
                       .erb = erb_tools(seams, interrupts)});
}

}  // namespace

std::optional<Config> read_config(const Seams& seams, const GlobalOptions& options) {
  auto base = read_base(seams, options);
  if (!base) return std::nullopt;
  Interrupts interrupts;  // a verb's own come later
  return parse_source(seams, options, std::move(*base), interrupts);
}

Project load_project(const Environment& environment) {
  auto base = read_base(environment.seams, environment.options);
  if (!base) fail_without_config(environment.options.config_file);
  const fs::path path = base->path;
  auto config = parse_source(environment.seams, environment.options, std::move(*base),
                             environment.interrupts);
  for (const auto& warning : config.warnings) show_warning(environment, warning);
  return Project{.config = std::move(config),
                 .root = environment.seams.directory,
                 .config_file = path,
                 .git = git_state(environment.seams.directory, environment.interrupts)};
}

void read_replica_key(const Environment& environment, const Config& config, Secrets& secrets) {
  if (!config.sqlite || !config.sqlite->replica || !config.sqlite->replica->key_path) return;
  const Replica& replica = *config.sqlite->replica;
  const auto text = read_file(expand_home(environment, *replica.key_path));
  if (!text || text->empty()) {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = fmt::format("`{}` cannot be read", *replica.key_path),
                           .where = replica.where,
                           .help = "`sqlite: replica: key_path:` names a private key file here"});
  }
  secrets.insert_or_assign(sftp_key_secret, Secret(*text));
}

Secrets load_secrets(const Environment& environment, const Project& project,
                     const std::vector<SecretName>& names) {
  if (names.empty()) return {};
  return resolve(environment, project.config, secrets_files(environment, project.config), names);
}

std::vector<std::pair<std::string, Secret>> list_secrets(const Environment& environment,
                                                         const Project& project) {
  const auto files = secrets_files(environment, project.config);
  const auto secrets = resolve(environment, project.config, files, {});
  std::vector<std::pair<std::string, Secret>> listed;
  for (const auto& name : secret_names(files)) listed.emplace_back(name, secrets.at(name));
  return listed;
}

std::string performer(const Environment& environment, const Project& project) {
  if (project.git && !project.git->user_email.empty()) {
    return fmt::format("{} <{}>", project.git->user_name, project.git->user_email);
  }
  std::array<char, 256> machine{};
  if (gethostname(machine.data(), machine.size() - 1) != 0) machine[0] = '\0';
  const auto user = environment.variable("USER");
  return fmt::format("{}@{}", user.empty() ? "somebody" : user, machine.data());
}

}  // namespace liteship
