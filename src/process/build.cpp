#include <fmt/format.h>

#include "liteship/process.h"
#include "process/failure.h"

namespace liteship {
namespace {

constexpr std::size_t shown_lines = 20;
constexpr std::size_t kept_output = 64 * 1024;

}  // namespace

Command build_command(const BuildRequest& request) {
  Command command{"docker", "build", "-t", request.reference, "-f", request.dockerfile};
  if (request.target) command.flag("--target", *request.target);
  if (request.platform) command.flag("--platform", *request.platform);
  for (const auto& [name, value] : request.args) command.flag("--build-arg", name + "=" + value);
  for (const auto& [name, value] : request.labels) command.flag("--label", name + "=" + value);
  for (const auto& [name, value] : request.secrets) {
    command.flag("--secret", fmt::format("id={},env={}", name, name));
  }
  return command.args(request.options).arg("-");
}

void build_image(const BuildRequest& request, std::unique_ptr<ByteSource> context,
                 const std::function<void(std::string_view)>& on_output, Interrupts& interrupts) {
  std::string output;  // both streams in their order: builders differ in which one they use
  RunOptions options;
  options.input_stream = context.get();
  // buildx only: a builder in a container would keep the image to itself.
  options.environment["BUILDX_BUILDER"] = "default";
  // Docker before 23 has BuildKit, which `--secret` needs, but does not use it unasked.
  if (!request.secrets.empty()) options.environment["DOCKER_BUILDKIT"] = "1";
  for (const auto& [name, value] : request.secrets) options.environment[name] = value.reveal();
  options.on_output = [&](std::string_view bytes) {
    output += bytes;
    if (output.size() > 2 * kept_output) output.erase(0, output.size() - kept_output);
    if (on_output) on_output(bytes);
  };
  const RunResult result = run_process(build_command(request), options, interrupts);
  if (result.status == 0) return;
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the image `{}` cannot be built", request.reference);
  diagnostic.notes = last_lines(output, shown_lines);
  if (result.status == 127) diagnostic.reason = "`docker` is not installed here";
  if (!diagnostic.notes.empty()) {
    diagnostic.reason = std::string(trim(diagnostic.notes.back()));
    diagnostic.notes.pop_back();
  }
  throw Error(ErrorKind::release_failed, std::move(diagnostic));
}

}  // namespace liteship
