#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <utility>

#include "liteship/process.h"
#include "process/child.h"
#include "process/docker.h"
#include "process/failure.h"

namespace liteship {
namespace {

constexpr std::size_t shown_lines = 20;
constexpr std::size_t kept_output = 64 * 1024;

// `pack` reads a folder: the context is unpacked into one of its own, which goes with the build.
constexpr const char* pack_script =
    "context=$(mktemp -d) || exit\n"
    "trap 'rm -rf \"$context\"' EXIT\n"
    "tar -xf - -C \"$context\" && pack build \"$@\" --path \"$context\"\n";

Command pack_command(const BuildRequest& request) {
  Command command{"sh", "-c", pack_script, "sh", request.reference};
  command.flag("--builder", request.pack->builder).flag("--creation-time", "now");
  for (const std::string& name : request.pack->buildpacks) command.flag("--buildpack", name);
  // It writes labels, and the server's containers are found by theirs.
  command.flag("--buildpack", "paketo-buildpacks/image-labels");
  std::string labels;
  for (const auto& [name, value] : request.labels) {
    labels += (labels.empty() ? "" : " ") + name + "=" + value;
  }
  command.flag("--env", "BP_IMAGE_LABELS=" + labels);
  for (const auto& [name, value] : request.args) command.flag("--env", name + "=" + value);
  for (const auto& [name, value] : request.secrets) command.flag("--env", name);
  for (const std::string& option : request.options) {
    command.arg(option == "--no-cache" ? "--clear-cache" : option);
  }
  return command;
}

void add_buildx(Command& command, const BuildRequest& request) {
  const BuildxBuilder& buildx = *request.buildx;
  command.flag("--builder", buildx.name);
  const std::string image = buildx.to_registry ? "registry" : "docker";
  command.arg("--output=type=" + request.output.value_or(image));
  if (!buildx.cache_to.empty()) command.flag("--cache-to", buildx.cache_to);
  if (!buildx.cache_from.empty()) command.flag("--cache-from", buildx.cache_from);
  // What they write is kept by a registry only: an engine's image has no place for it.
  if (!buildx.to_registry) return;
  if (buildx.provenance) command.arg("--provenance=" + *buildx.provenance);
  if (buildx.sbom) command.arg("--sbom=" + *buildx.sbom);
}

/// `default=$SSH_AUTH_SOCK`: Kamal's command passes through a shell, which knows the variables.
std::string with_variables(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '$') {
      out += text[i];
      continue;
    }
    const bool braces = text.substr(i + 1, 1) == "{";
    std::size_t end = i + (braces ? 2 : 1);
    const std::size_t begin = end;
    while (end < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_')) {
      ++end;
    }
    const char* value = std::getenv(text.substr(begin, end - begin).c_str());
    if (value != nullptr) out += value;
    i = end - (braces && end < text.size() ? 0 : 1);
  }
  return out;
}

}  // namespace

Command build_command(const BuildRequest& request) {
  if (request.pack) return pack_command(request);
  Command command{"docker", "build", "-t", request.reference, "-f", request.dockerfile};
  if (request.buildx) {
    command =
        Command{"docker", "buildx", "build", "-t", request.reference, "-f", request.dockerfile};
    add_buildx(command, request);
  } else if (request.output) {
    command.arg("--output=type=" + *request.output);
  }
  if (request.target) command.flag("--target", *request.target);
  if (!request.platforms.empty()) command.flag("--platform", join(request.platforms, ","));
  if (request.ssh) command.flag("--ssh", with_variables(*request.ssh));
  for (const auto& [name, value] : request.args) command.flag("--build-arg", name + "=" + value);
  for (const auto& [name, value] : request.labels) command.flag("--label", name + "=" + value);
  for (const auto& [name, value] : request.secrets) {
    command.flag("--secret", fmt::format("id={},env={}", name, name));
  }
  return command.args(request.options).arg("-");
}

void ensure_builder(const BuildxBuilder& builder, Interrupts& interrupts) {
  if (run_docker({"buildx", "inspect", builder.name}, {}, interrupts).status == 0) return;
  Command create{"buildx", "create"};
  if (!builder.driver.starts_with("cloud")) create.flag("--name", builder.name);
  create.flag("--driver", builder.driver.substr(0, builder.driver.find(' ')));
  if (const std::size_t space = builder.driver.find(' '); space != std::string::npos) {
    create.arg(builder.driver.substr(space + 1));  // "cloud org/name"
  }
  if (!builder.engine.empty()) create.arg(builder.engine);
  const RunResult result = run_docker(create.words, {}, interrupts);
  if (result.status == 0) return;
  throw Error(ErrorKind::release_failed,
              Diagnostic{fmt::format("the builder `{}` cannot be made", builder.name),
                         {},
                         std::string(trim(result.error_output)),
                         {},
                         "install Docker's buildx on this machine, or remove `cache`, several "
                         "`arch`, `provenance` and `sbom` from `builder:`"});
}

struct BackgroundBuild::Work {
  Work(const BuildRequest& request, std::unique_ptr<ByteSource> files)
      : context(std::move(files)),
        packs(request.pack.has_value()),
        process(build_command(request), for_engine(options_for(request)), ChildInput::pipe) {}

  RunOptions options_for(const BuildRequest& request) {
    RunOptions run;
    run.input_stream = context.get();
    // buildx only: a builder in a container would keep the image to itself.
    if (!request.buildx) run.environment["BUILDX_BUILDER"] = "default";
    // Docker before 23 has BuildKit, which these need, but does not use it unasked.
    if (!request.secrets.empty() || request.ssh || request.output)
      run.environment["DOCKER_BUILDKIT"] = "1";
    if (!request.attest) run.environment["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1";
    for (const auto& [name, value] : request.secrets) run.environment[name] = value.reveal();
    run.on_output = [this](std::string_view bytes) {
      const std::lock_guard lock(mutex);
      fresh += bytes;
    };
    return run;
  }
  /// What was printed since the last call.
  std::string take_output() {
    const std::lock_guard lock(mutex);
    return std::exchange(fresh, {});
  }

  std::mutex mutex;
  std::string fresh;  // both streams in their order: builders differ in which one they use
  std::unique_ptr<ByteSource> context;
  bool packs;
  BackgroundProcess process;
};

BackgroundBuild::BackgroundBuild(const BuildRequest& request, std::unique_ptr<ByteSource> context)
    : reference_(request.reference), work_(std::make_unique<Work>(request, std::move(context))) {}
BackgroundBuild::~BackgroundBuild() = default;

void BackgroundBuild::finish(const std::function<void(std::string_view)>& on_output,
                             Interrupts& interrupts) {
  using namespace std::chrono_literals;
  std::string output;
  const auto pass_on = [&] {
    const std::string fresh = work_->take_output();
    output += fresh;
    if (output.size() > 2 * kept_output) output.erase(0, output.size() - kept_output);
    if (on_output && !fresh.empty()) on_output(fresh);
  };
  while (!work_->process.ends_within(50ms)) {
    pass_on();
    check_interrupts(interrupts);
  }
  const RunResult result = work_->process.result();
  pass_on();
  if (result.status == 0) return;
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the image `{}` cannot be built", reference_);
  diagnostic.notes = last_lines(output, shown_lines);
  if (result.status == 127) {
    diagnostic.reason =
        work_->packs ? "`pack` is not installed here" : "`docker` is not installed here";
  }
  if (!diagnostic.notes.empty()) {
    diagnostic.reason = std::string(trim(diagnostic.notes.back()));
    diagnostic.notes.pop_back();
  }
  throw Error(ErrorKind::release_failed, std::move(diagnostic));
}

void build_image(const BuildRequest& request, std::unique_ptr<ByteSource> context,
                 const std::function<void(std::string_view)>& on_output, Interrupts& interrupts) {
  BackgroundBuild(request, std::move(context)).finish(on_output, interrupts);
}

}  // namespace liteship
