// Accessories: their containers have the names, labels and directories that Kamal gives them, so
// that either tool can take over from the other.

#include <fmt/core.h>

#include <algorithm>

#include "plan/pieces.h"

namespace liteship {
namespace {

using Words = std::vector<std::string>;

/// What docker itself waits before it kills.
constexpr int usual_stop = 10;  // seconds

std::string stop_seconds(const Accessory& accessory) {
  return accessory.stop_timeout ? std::to_string(accessory.stop_timeout->count())
                                : std::to_string(usual_stop);
}

/// `<home>/<service>`
std::string directory_of(const Accessory& accessory, const std::string& home) {
  return home + "/" + accessory.service;
}

/// Where a file is on the server: below the accessory's directory, as in its container.
std::string file_path(const Accessory& accessory, const AccessoryMount& file,
                      const std::string& home) {
  return directory_of(accessory, home) + file.target;
}

std::string directory_path(const Accessory& accessory, const AccessoryMount& directory,
                           const std::string& home) {
  if (directory.source.starts_with('/')) return directory.source;
  return directory_of(accessory, home) + "/" + directory.source;
}

void add_volumes(Words& words, const Accessory& accessory, const std::string& home) {
  for (const Volume& volume : accessory.volumes) {
    add_mount(words, volume_source(volume, home), volume.target, volume.options);
  }
  for (const AccessoryMount& file : accessory.files) {
    add_mount(words, file_path(accessory, file, home), file.target, file.options);
  }
  for (const AccessoryMount& directory : accessory.directories) {
    add_mount(words, directory_path(accessory, directory, home), directory.target,
              directory.options);
  }
}

/// `docker run` words after `--detach --name NAME`. As Kamal orders them: of an option that stands
/// twice (`restart`) docker takes the last.
Words accessory_words(const Config& config, const Accessory& accessory, const std::string& home,
                      const std::string& spec) {
  Words words = {"--restart", "unless-stopped", "--network", accessory.network};
  add_logging(words, config.logging);
  for (const std::string& port : accessory.ports) words.insert(words.end(), {"--publish", port});
  words.insert(words.end(), {"--env", "KAMAL_HOST=" + config.host});
  for (const auto& [name, value] : accessory.env.clear)
    words.insert(words.end(), {"--env", value.empty() ? name : name + "=" + value});
  words.insert(words.end(), {"--env-file", env_path(config, accessory)});
  add_volumes(words, accessory, home);
  words.insert(words.end(), {"--label", "service=" + accessory.service});
  if (!spec.empty()) words.insert(words.end(), {"--label", "liteship.spec=" + spec});
  for (const auto& [name, value] : accessory.labels)
    words.insert(words.end(), {"--label", name + "=" + value});
  add_options(words, accessory.options, home);
  words.push_back(accessory.image);
  if (accessory.cmd) add_command(words, *accessory.cmd);
  return words;
}

Step step_of(const Accessory& accessory, const std::string& verb, std::string title,
             Command command) {
  return {verb + "-accessory-" + accessory.name, std::move(title), std::move(command)};
}

/// Steps for one accessory; their ids begin with what they do, so that no name makes two the same.
class AccessorySteps {
 public:
  AccessorySteps(Phase& phase, const Config& config, const Secrets& secrets,
                 const AccessoryInput& input, const Facts& facts)
      : phase_(phase),
        config_(config),
        secrets_(secrets),
        input_(input),
        accessory_(*input.accessory),
        facts_(facts) {}

  void boot() {
    const Container* there = container_of(accessory_, facts_);
    if (there == nullptr) return make();
    if (!there->running) start();
  }

  void reboot(const std::string& run_id) {
    if (container_of(accessory_, facts_) == nullptr) return make();
    const std::string aside = name() + "_replaced_" + run_id;
    upload();
    directories();
    step("stop", "stop " + name(), Command{"set_aside", stop_seconds(accessory_), name(), aside});
    phase_.undo.push_back({"stop-accessory-" + accessory_.name, "bring the old " + name() + " back",
                           Command{"bring_back", name(), aside}});
    run();
    route();
    step("drop", "remove the old container", Command{"stop_and_remove", "0", aside});
  }

  void start() {
    step("start", "start " + name(), Command{"start_again", name()});
    route();
  }

  void stop() {
    leave_proxy();
    step("stop", "stop " + name(), Command{"stop_containers", stop_seconds(accessory_), name()});
  }

  void upload() {
    for (std::size_t i = 0; i < accessory_.files.size() && i < input_.files.size(); ++i) {
      const AccessoryMount& file = accessory_.files[i];
      const std::string path = file_path(accessory_, file, facts_.home);
      // Whatever it holds may be secret.
      phase_.files.push_back(
          {path, input_.files[i], fmt::format("[the file {}]\n", file.source), file.mode});
      fit(fmt::format("file-{}", i + 1), path, file);
    }
  }

  void directories() {
    for (std::size_t i = 0; i < accessory_.directories.size(); ++i) {
      const AccessoryMount& directory = accessory_.directories[i];
      const std::string path = directory_path(accessory_, directory, facts_.home);
      step(fmt::format("directory-{}", i + 1), "make the directory " + path,
           Command{"make_directory", path});
      fit(fmt::format("fit-{}", i + 1), path, directory);
    }
  }

  void remove() {
    leave_proxy();
    remove_container();
    remove_directory();
    remove_image();
    phase_.steps.push_back(forget_secrets_step(config_, accessory_));
  }

  void remove_container() { phase_.steps.push_back(remove_step(accessory_)); }

  void remove_directory() {
    step("forget", "remove its directory",
         Command{"remove_directory", tool_image(facts_, accessory_.image),
                 directory_of(accessory_, facts_.home)});
  }

  void remove_image() {
    step("image", "remove its image", Command{"remove_image", accessory_.image});
  }

  [[nodiscard]] std::string spec() const {
    Words all = accessory_words(config_, accessory_, facts_.home, "");
    all.push_back(env().content());
    for (const Secret& file : input_.files) all.push_back(file.reveal());
    return spec_of(all);
  }

 private:
  [[nodiscard]] const std::string& name() const { return accessory_.service; }

  void step(const std::string& verb, std::string title, Command command) {
    phase_.steps.push_back(step_of(accessory_, verb, std::move(title), std::move(command)));
  }

  void fit(const std::string& verb, const std::string& path, const AccessoryMount& mount) {
    if (mount.owner.empty() && mount.mode.empty()) return;
    step(verb, "set mode and owner of " + path,
         Command{"fit_mount", tool_image(facts_, accessory_.image), path, mount.mode, mount.owner});
  }

  [[nodiscard]] EnvFiles env() const {
    return env_files(env_path(config_, accessory_), accessory_.env.secret, secrets_);
  }

  void make() {
    upload();
    directories();
    run();
    route();
  }

  void run() {
    const EnvFiles secrets = env();
    secrets.add_to(phase_);
    const Command start{"start_accessory", std::to_string(config_.deploy_timeout.count()), name()};
    step("run", "start " + name(),
         secrets.carried_by(
             Command(start).args(accessory_words(config_, accessory_, facts_.home, spec()))));
  }

  void route() {
    if (!accessory_.proxy) return;
    add_certificate(phase_, config_, secrets_, *accessory_.proxy, name());
    step("route", "let the proxy send requests to " + name(),
         Command{"route_accessory", name(), std::to_string(accessory_.proxy->app_port.number)}.args(
             deploy_flags(config_, *accessory_.proxy, certificate_directory(config_, name()))));
  }

  void leave_proxy() {
    if (!accessory_.proxy || !facts_.proxy || !facts_.proxy->running) return;
    phase_.steps.push_back(leave_step(accessory_));
  }

  Phase& phase_;
  const Config& config_;
  const Secrets& secrets_;
  const AccessoryInput& input_;
  const Accessory& accessory_;
  const Facts& facts_;
};

bool makes_containers(AccessoryAction action) {
  return action == AccessoryAction::boot || action == AccessoryAction::reboot;
}

void check_there(AccessoryAction action, const Request& request, const Facts& facts) {
  using A = AccessoryAction;
  if (action != A::start && action != A::stop && action != A::restart) return;
  std::vector<Diagnostic> problems;
  for (const AccessoryInput& input : request.accessories) {
    if (container_of(*input.accessory, facts) != nullptr) continue;
    problems.push_back(
        {fmt::format("the accessory `{}` has no container on the server", input.accessory->name),
         {},
         fmt::format("nothing is called `{}` there", input.accessory->service),
         {},
         fmt::format("run `deploy accessory boot {}`", input.accessory->name)});
  }
  throw_if_any(std::move(problems));
}

/// A part of `remove` by itself takes nothing from a container that runs.
void check_stopped(AccessoryAction action, const Request& request, const Facts& facts) {
  using A = AccessoryAction;
  if (action != A::remove_container && action != A::remove_directory) return;
  std::vector<Diagnostic> problems;
  for (const AccessoryInput& input : request.accessories) {
    const Container* there = container_of(*input.accessory, facts);
    if (there == nullptr || !there->running) continue;
    problems.push_back(
        {fmt::format("the accessory `{}` still runs", input.accessory->name),
         {},
         {},
         {},
         fmt::format("run `deploy accessory stop {}` first", input.accessory->name)});
  }
  throw_if_any(std::move(problems));
}

void act(AccessorySteps& steps, AccessoryAction action, const std::string& run_id) {
  switch (action) {
    case AccessoryAction::boot:
      return steps.boot();
    case AccessoryAction::reboot:
      return steps.reboot(run_id);
    case AccessoryAction::start:
      return steps.start();
    case AccessoryAction::stop:
      return steps.stop();
    case AccessoryAction::restart:
      steps.stop();
      return steps.start();
    case AccessoryAction::upload:
      return steps.upload();
    case AccessoryAction::directories:
      return steps.directories();
    case AccessoryAction::remove:
      return steps.remove();
    case AccessoryAction::pull:
      return;  // the image is all of it
    case AccessoryAction::remove_container:
      return steps.remove_container();
    case AccessoryAction::remove_image:
      return steps.remove_image();
    case AccessoryAction::remove_directory:
      return steps.remove_directory();
  }
}

}  // namespace

void check_names(const Request& request, const Facts& facts) {
  std::vector<Diagnostic> problems;
  for (const AccessoryInput& input : request.accessories) {
    const std::string& name = input.accessory->service;
    const auto& strangers = facts.strangers;
    if (std::find(strangers.begin(), strangers.end(), name) == strangers.end()) continue;
    problems.push_back({fmt::format("the server has a container `{}` that is no accessory", name),
                        {},
                        fmt::format("it has no label `service={}`", name),
                        {},
                        fmt::format("rename it (`docker rename {} …`), or give `accessories: {}:` "
                                    "another `service:`",
                                    name, input.accessory->name)});
  }
  throw_if_any(std::move(problems));
}

Step leave_step(const Accessory& accessory) {
  return step_of(accessory, "leave", "take " + accessory.service + " off the proxy",
                 Command{"remove_route", accessory.service});
}

Step remove_step(const Accessory& accessory) {
  return step_of(accessory, "remove", "remove " + accessory.service,
                 Command{"remove_accessory", stop_seconds(accessory), accessory.service});
}

Step forget_secrets_step(const Config& config, const Accessory& accessory) {
  const std::string env = env_path(config, accessory);
  return step_of(accessory, "secrets", "remove its secrets", Command{"rm", "-f", env, env + ".sh"});
}

std::string env_path(const Config& config, const Accessory& accessory) {
  return ".kamal/apps/" + config.app_name() + "/env/accessories/" + accessory.name + ".env";
}

const Container* container_of(const Accessory& accessory, const Facts& facts) {
  const auto found = std::find_if(facts.accessories.begin(), facts.accessories.end(),
                                  [&](const Container& c) { return c.name == accessory.service; });
  return found == facts.accessories.end() ? nullptr : &*found;
}

bool accessory_differs(const Config& config, const Secrets& secrets, const AccessoryInput& input,
                       const Facts& facts) {
  const Container* there = container_of(*input.accessory, facts);
  if (there == nullptr || there->spec.empty()) return false;
  Phase none;
  return AccessorySteps(none, config, secrets, input, facts).spec() != there->spec;
}

void add_accessory(Phase& phase, const Config& config, const Secrets& secrets,
                   const AccessoryInput& input, const Facts& facts) {
  AccessorySteps(phase, config, secrets, input, facts).boot();
}

Phase plan_accessories(const Config& config, const Secrets& secrets, AccessoryAction action,
                       const Request& request, const Facts& facts) {
  check_there(action, request, facts);
  check_stopped(action, request, facts);
  if (makes_containers(action)) check_names(request, facts);
  Phase phase;
  phase.id = "accessories";
  phase.variables = phase_variables(config);
  // What has a container has its network, too.
  const bool kamals = std::any_of(request.accessories.begin(), request.accessories.end(),
                                  [&](const AccessoryInput& input) {
                                    return input.accessory->network == "kamal" &&
                                           (action != AccessoryAction::boot ||
                                            container_of(*input.accessory, facts) == nullptr);
                                  });
  const bool routed =
      std::any_of(request.accessories.begin(), request.accessories.end(),
                  [](const AccessoryInput& input) { return input.accessory->proxy.has_value(); });
  if (makes_containers(action)) {
    if (routed) add_proxy(phase, config, facts);
    if (!routed && kamals) add_network(phase, facts);
  }
  for (const AccessoryInput& input : request.accessories) {
    AccessorySteps steps(phase, config, secrets, input, facts);
    act(steps, action, request.run_id);
  }
  return phase;
}

}  // namespace liteship
