// The engine packs layers that it never pushed, while the image travels: for all later releases.

#include <chrono>
#include <future>

#include "process/child.h"
#include "process/push.h"

namespace liteship {

using namespace std::chrono_literals;

struct LayerLearning::Work {
  Work(const LocalImage& image, const std::string& reference, const LocalDocker& docker,
       const std::filesystem::path& cache_directory, Interrupts& interrupts)
      : request{reference, image, image.layers.diff_ids.size()},  // not one layer is wanted
        known(cache_directory),
        registry(claim(request, Claims::unknown_too, known), cache_directory),
        tag(reference, registry.reference(), interrupts),
        command(push_command(registry, docker)),
        child(command, options, ChildInput::none) {
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

  ReadRequest request;
  LayerCache known;
  EngineRegistry registry;
  TemporaryTag tag;
  Command command;
  RunOptions options;
  Interrupts stop;
  Child child;
  std::future<RunResult> result;
};

LayerLearning::LayerLearning(std::unique_ptr<Work> work) : work_(std::move(work)) {}
LayerLearning::~LayerLearning() = default;

bool LayerLearning::is_done() const {
  return work_->result.wait_for(0s) == std::future_status::ready;
}

bool LayerLearning::finish(Interrupts& interrupts) {
  while (work_->result.wait_for(50ms) != std::future_status::ready) {
    interrupts.idle();
    if (interrupts.count() > 0) return false;
  }
  const RunResult pushed = work_->result.get();
  work_->registry.stop();
  if (pushed.status != 0) return false;
  try {
    LayerCache cache(work_->known.directory());  // a read of the same image has learned its sizes
    static_cast<void>(collect(work_->registry, work_->request, cache));
    cache.save();
  } catch (const Error&) {
    return false;
  }
  return true;
}

std::unique_ptr<LayerLearning> begin_learning(const LocalImage& image, const std::string& reference,
                                              const LocalDocker& docker,
                                              const std::filesystem::path& cache_directory,
                                              Interrupts& interrupts) {
  const bool can_push = docker.loopback && !image.layers.tags.empty();
  if (!can_push || !packs_much(image, docker, LayerCache(cache_directory))) return nullptr;
  return std::make_unique<LayerLearning>(
      std::make_unique<LayerLearning::Work>(image, reference, docker, cache_directory, interrupts));
}

}  // namespace liteship
