#include <fmt/format.h>

#include <chrono>
#include <future>
#include <mutex>
#include <utility>

#include "liteship/process.h"
#include "process/child.h"
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

struct BackgroundBuild::Work {
  Work(const BuildRequest& request, std::unique_ptr<ByteSource> files)
      : context(std::move(files)),
        command(build_command(request)),
        options(options_for(request)),
        child(command, options, ChildInput::pipe) {
    result = std::async(std::launch::async,
                        [this] { return finish_process(child, command, options, stop); });
  }
  ~Work() {
    if (!result.valid()) return;
    stop.raise();
    result.wait();
  }
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  RunOptions options_for(const BuildRequest& request) {
    RunOptions run;
    run.input_stream = context.get();
    // buildx only: a builder in a container would keep the image to itself.
    run.environment["BUILDX_BUILDER"] = "default";
    // Docker before 23 has BuildKit, which `--secret` needs, but does not use it unasked.
    if (!request.secrets.empty()) run.environment["DOCKER_BUILDKIT"] = "1";
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
  Command command;
  RunOptions options;
  Interrupts stop;
  Child child;
  std::future<RunResult> result;
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
  while (work_->result.wait_for(50ms) != std::future_status::ready) {
    pass_on();
    check_interrupts(interrupts);
  }
  const RunResult result = work_->result.get();
  pass_on();
  if (result.status == 0) return;
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the image `{}` cannot be built", reference_);
  diagnostic.notes = last_lines(output, shown_lines);
  if (result.status == 127) diagnostic.reason = "`docker` is not installed here";
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
