// The engine packs layers that it never pushed, while the image travels: for all later releases.

#include <chrono>

#include "process/child.h"
#include "process/docker.h"
#include "process/push.h"

namespace liteship {

using namespace std::chrono_literals;

struct LayerLearning::Work {
  Work(const LocalImage& image, const std::string& reference, const LocalDocker& docker,
       LayerCache cache, Interrupts& interrupts)
      : request{reference, image, image.layers.diff_ids.size()},  // not one layer is wanted
        known(std::move(cache)),
        registry(claim(request, Claims::unknown_too, known), known.directory()),
        tag(reference, registry.reference(), interrupts),
        process(push_command(registry, docker), for_engine(), ChildInput::none) {}

  ReadRequest request;
  LayerCache known;
  EngineRegistry registry;
  TemporaryTag tag;
  BackgroundProcess process;
};

LayerLearning::LayerLearning(std::unique_ptr<Work> work) : work_(std::move(work)) {}
LayerLearning::~LayerLearning() = default;

bool LayerLearning::is_done() const { return work_->process.ends_within(0s); }

bool LayerLearning::finish(Interrupts& interrupts) {
  while (!work_->process.ends_within(50ms)) {
    interrupts.idle();
    if (interrupts.count() > 0) return false;
  }
  const RunResult pushed = work_->process.result();
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
  if (!can_push(image, docker)) return nullptr;
  LayerCache known(cache_directory);
  if (!packs_much(image, docker, known)) return nullptr;
  try {
    return std::make_unique<LayerLearning>(std::make_unique<LayerLearning::Work>(
        image, reference, docker, std::move(known), interrupts));
  } catch (const Error& error) {  // the image travels without it
    if (error.kind() == ErrorKind::interrupted) throw;
    return nullptr;
  }
}

}  // namespace liteship
