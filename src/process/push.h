#pragma once
// The pieces of a push to our own registry, for a read (push.cpp) and for learning (learn.cpp).

#include <optional>
#include <string>

#include "process/image_routes.h"
#include "process/registry.h"

namespace liteship {

/// A tag that lives as long as this object.
class TemporaryTag {
 public:
  TemporaryTag(const std::string& image, std::string tag, Interrupts& interrupts);
  ~TemporaryTag();
  TemporaryTag(const TemporaryTag&) = delete;
  TemporaryTag& operator=(const TemporaryTag&) = delete;

 private:
  std::string tag_;
};

/// What we say to hold: the unwanted layers whose digests are known, or also every digest that we
/// have never heard of, most of them of a base image that was pulled.
enum class Claims { known, unknown_too };

/// For an EngineRegistry; request and cache must outlive it.
[[nodiscard]] std::function<bool(const Digest&)> claim(const ReadRequest& request, Claims claims,
                                                       const LayerCache& cache);

[[nodiscard]] Command push_command(const EngineRegistry& registry, const LocalDocker& docker);

/// Takes the wanted layers of a finished push and learns under which digest the engine knows each.
/// Result: nothing when a wanted layer was claimed by mistake: now its digest is known.
/// Errors: Error{release_failed} when what came is not this image.
[[nodiscard]] std::optional<ImageContents> collect(EngineRegistry& registry,
                                                   const ReadRequest& request, LayerCache& cache);

/// Does the engine share our loopback, and does the image stay when our tag is removed?
[[nodiscard]] bool can_push(const LocalImage& image, const LocalDocker& docker);

/// Would a push be slow, because the engine packs much of the image first? As far as we know.
[[nodiscard]] bool packs_much(const LocalImage& image, const LocalDocker& docker,
                              const LayerCache& cache);

}  // namespace liteship
