#include <fmt/chrono.h>
#include <fmt/core.h>

#include <chrono>
#include <utility>

#include "release/steps.h"

namespace liteship {
namespace {

// The word of "deploy app start" at `index` after the program's own; "" when there is none.
std::string typed_word(const std::string& command, std::size_t index) {
  const std::vector<std::string> words = split(command, ' ');
  return words.size() > index + 1 ? words[index + 1] : "";
}

// "Ada <ada@example.org>" → "ada@example.org", "ada@machine" → "ada".
std::string address_of(const std::string& by) {
  const std::size_t open = by.rfind('<');
  if (open == std::string::npos) return by.substr(0, by.find('@'));
  return by.substr(open + 1, by.rfind('>') - open - 1);
}

// Hooks that run under the lock: a `kamal` or `deploy` in them takes none.
bool runs_locked(const std::string& hook) { return hook != "pre-connect" && hook != "post-deploy"; }

// As in Kamal: those that may have to ask others for something.
bool gets_secrets(const std::string& hook) {
  return hook == "pre-connect" || hook == "pre-deploy" || hook == "post-deploy";
}

// Hooks that run when the new version serves already.
bool is_after_release(const std::string& hook) {
  return hook == "post-deploy" || hook == "post-app-boot";
}

// What Kamal tells hooks, under its names and ours. Kamal leaves out what there is not; ours is
// empty then, for hooks with `set -u`.
std::map<std::string, std::string> hook_environment(const Config& config, const Request& request,
                                                    const ReleaseOptions& options,
                                                    const std::string& hook, std::int64_t runtime) {
  const std::string command = typed_word(request.command, 0);
  std::map<std::string, std::string> values = {
      {"RECORDED_AT", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(request.now))},
      {"PERFORMER", request.by},
      {"VERSION", request.version.text},
      {"SERVICE", config.service},
      {"SERVICE_VERSION", config.service + "@" + request.version.brief()},
      {"DESTINATION", config.destination},
      {"HOSTS", config.host},
      {"ROLES", join(options.roles, ",")},
      {"LOCK", options.takes_lock && runs_locked(hook) ? "true" : "false"},
      {"COMMAND", command.empty() ? "deploy" : command},
      {"SUBCOMMAND", typed_word(request.command, 1)},
      {"RUNTIME", hook == "post-deploy" ? std::to_string(runtime) : ""}};
  std::map<std::string, std::string> environment;
  for (const auto& [name, value] : values) {
    environment["DEPLOY_" + name] = value;
    if (!value.empty()) environment["KAMAL_" + name] = value;
  }
  // Kamal's is what scripts compare with: git's address, else the name of the person.
  environment["KAMAL_PERFORMER"] = address_of(request.by);
  return environment;
}

std::filesystem::path hooks_directory(const Config& config, const std::filesystem::path& root) {
  if (!config.hooks_path.empty()) return root / config.hooks_path;
  const std::filesystem::path ours = root / ".deploy/hooks";
  return std::filesystem::is_directory(ours) ? ours : root / ".kamal/hooks";
}

/// `hooks_output: verbose`. It is in the log file in any case.
void show_output(const Session& session, const std::string& name, const std::string& output) {
  if (session.config.hooks_output.for_hook(name) != HookOutput::verbose) return;
  for (const std::string& line : split_lines(output)) session.events(Note{line});
}

}  // namespace

bool has_release_hook(const Session& session, const ReleaseOptions& options,
                      const std::string& name) {
  return !options.skip_hooks &&
         std::filesystem::exists(hooks_directory(session.config, options.root) / name);
}

void run_release_hook(Session& session, const Request& request, const ReleaseOptions& options,
                      const std::string& name, std::int64_t runtime_seconds) {
  if (name == "pre-connect" && std::exchange(session.greeted, true)) return;
  if (options.skip_hooks || options.dry_run) return;
  auto environment = hook_environment(session.config, request, options, name, runtime_seconds);
  if (gets_secrets(name)) {
    for (const auto& [secret, value] : session.secrets) environment.emplace(secret, value.reveal());
  }
  const HookResult result = run_hook(hooks_directory(session.config, options.root), name,
                                     environment, session.interrupts);
  if (!result.ran) return;
  session.log(result.output);
  if (result.status == 0) {
    session.events(Note{"hook " + name + " ran"});
    show_output(session, name, result.output);
    return;
  }
  Diagnostic d{fmt::format("hook `{}` failed with status {}", name, result.status),
               {},
               std::string(trim(result.output)),
               {},
               "fix the hook, or leave hooks out with `--skip-hooks`"};
  const bool released = is_after_release(name);
  if (released) d.notes.push_back(fmt::format("version {} serves", request.version.brief()));
  throw Error(released ? ErrorKind::needs_you : ErrorKind::release_failed, d);
}

}  // namespace liteship
