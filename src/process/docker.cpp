// The engine on this machine: asked over its socket, else through the docker client. What they are
// asked for is JSON, never text meant for people.

#include "process/docker.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>

#include "process/child.h"
#include "process/engine_api.h"
#include "process/failure.h"
#include "support/json.h"

namespace liteship {

using Json = nlohmann::json;

RunOptions for_engine(RunOptions options) {
  if (!chosen_engine().empty()) options.environment["DOCKER_HOST"] = chosen_engine();
  return options;
}

RunResult run_docker(const std::vector<std::string>& words, RunOptions options,
                     Interrupts& interrupts) {
  return run_process(Command("docker").args(words), for_engine(std::move(options)), interrupts);
}

void add_tag(const std::string& image, const std::string& repository, const std::string& tag,
             Interrupts& interrupts) {
  const std::string target = "/images/" + in_target(image) + "/tag?repo=" + in_target(repository) +
                             "&tag=" + in_target(tag);
  if (const auto answer = ask_engine("POST", target, interrupts); answer && answer->status == 201) {
    return;
  }
  const std::vector<std::string> words{"image", "tag", image, repository + ":" + tag};
  const RunResult result = run_docker(words, {}, interrupts);
  if (result.status != 0) throw program_failure(Command("docker").args(words), result);
}

void remove_tag(const std::string& reference) {
  Interrupts never;  // cleaning up goes on after Ctrl-C
  const auto answer = ask_engine("DELETE", "/images/" + in_target(reference) + "?noprune=1", never);
  if (answer && answer->status == 200) return;
  static_cast<void>(run_docker({"image", "rm", "--no-prune", reference}, {}, never));
}

namespace {

/// Docker's JSON; nothing when it is none.
std::optional<Json> parse_json(const std::string& text) {
  Json json = read_json(text);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

/// `docker info` names CPUs as uname does, images as Go does.
std::string image_architecture(const std::string& machine) {
  if (machine == "x86_64") return "amd64";
  if (machine == "aarch64") return "arm64";
  if (machine.starts_with("armv")) return "arm";
  return machine;
}

bool is_containerd_store(const Json& info) {
  const auto it = info.find("DriverStatus");
  return it != info.end() && it->dump().find("io.containerd.snapshotter.v1") != std::string::npos;
}

/// The engine pushes to our port only from our own network: a Unix socket, the same host name (not
/// a virtual machine, not the socket of a host seen from a container), not rootless.
bool shares_loopback(const Json& info, Interrupts& interrupts) {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return false;
  if (text_at(info, "Name") != host.data()) return false;
  for (const std::string& option : texts_at(info, "SecurityOptions")) {
    if (option.find("name=rootless") != std::string::npos) return false;
  }
  return engine_endpoint(interrupts).starts_with("unix://");
}

/// What the engine says over its socket; nothing when it has to be asked otherwise.
std::optional<Json> asked_json(const std::string& target, Interrupts& interrupts) {
  const auto answer = ask_engine("GET", target, interrupts);
  if (!answer || answer->status != 200) return std::nullopt;
  auto json = parse_json(answer->body);
  return json && json->is_object() ? json : std::nullopt;
}

LocalImage image_in(const Json& json) {
  const Json* root = member_at(json, "RootFS");
  LocalImage image;
  image.layers.id = text_at(json, "Id");
  image.layers.tags = texts_at(json, "RepoTags");
  image.layers.diff_ids = root == nullptr ? std::vector<Digest>{} : texts_at(*root, "Layers");
  image.architecture = text_at(json, "Architecture");
  image.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, integer_at(json, "Size")));
  if (const auto config = json.find("Config"); config != json.end() && config->is_object()) {
    image.user = text_at(*config, "User");
  }
  return image;
}

/// Tells "no such image" from "docker does not answer" without reading its messages.
void check_engine(Interrupts& interrupts) {
  const std::vector<std::string> words{"version", "--format", "{{.Server.Version}}"};
  const RunResult result = run_docker(words, {}, interrupts);
  if (result.status != 0) throw program_failure(Command("docker").args(words), result);
}

}  // namespace

// The engine itself answers at once, so it is asked when that is needed; a client program is
// started before.
struct EngineQuestion::Asked {
  Command command{"docker", "info", "--format", "{{json .}}"};
  Child child{command, for_engine(), ChildInput::none};
};

EngineQuestion::EngineQuestion() {
  if (!engine_has_socket()) asked_ = std::make_unique<Asked>();
}
EngineQuestion::~EngineQuestion() = default;

std::optional<LocalDocker> EngineQuestion::answer(Interrupts& interrupts) {
  // Without a client nothing can be built or read here, whoever answers.
  const bool ask_it = !asked_ && has_program("docker");
  auto info = ask_it ? asked_json("/info", interrupts) : std::nullopt;
  if (!info) {
    if (!asked_) asked_ = std::make_unique<Asked>();
    const RunResult result = finish_process(asked_->child, asked_->command, {}, interrupts);
    if (result.status == 0) info = parse_json(result.output);
  }
  if (!info || text_at(*info, "ServerVersion").empty()) return std::nullopt;
  LocalDocker docker;
  docker.server_version = text_at(*info, "ServerVersion");
  docker.server_version.resize(
      std::min(docker.server_version.size(), docker.server_version.find_first_of("+-~")));
  docker.architecture = image_architecture(text_at(*info, "Architecture"));
  docker.containerd_store = is_containerd_store(*info);
  docker.loopback = shares_loopback(*info, interrupts);
  return docker;
}

std::string machine_architecture() {
  utsname machine{};
  return ::uname(&machine) == 0 ? image_architecture(machine.machine) : "";
}

std::optional<LocalDocker> local_docker(Interrupts& interrupts) {
  return EngineQuestion().answer(interrupts);
}

std::optional<LocalImage> local_image(const std::string& reference, Interrupts& interrupts) {
  if (const auto json = asked_json("/images/" + in_target(reference) + "/json", interrupts)) {
    return image_in(*json);
  }
  const RunResult result = run_docker({"image", "inspect", reference}, {}, interrupts);
  if (result.status != 0) {
    check_engine(interrupts);
    return std::nullopt;
  }
  const auto images = parse_json(result.output);
  if (!images || !images->is_array() || images->empty()) return std::nullopt;
  return image_in(images->front());
}

}  // namespace liteship
