#pragma once
// The two ways to read an image out of the local engine (measured in docs/adr/0005).

#include <map>
#include <memory>

#include "liteship/process.h"
#include "process/layer_cache.h"
#include "process/spool.h"

namespace liteship {

/// What to read.
struct ReadRequest {
  std::string reference;
  LocalImage image;
  std::size_t skip = 0;

  /// Is the layer carried? A layer of the prefix is, when it comes again after it.
  [[nodiscard]] bool wants(const Digest& diff_id) const;
  [[nodiscard]] bool has(const Digest& diff_id) const;
};

/// What was read: every wanted layer as plain bytes, proven to be its diffID. The cache knows the
/// size of every layer.
struct ImageContents {
  std::string config;
  std::map<Digest, std::unique_ptr<Spool>> layers;
  std::uint64_t bytes = 0;  // that the engine gave
};

/// `docker save`: works everywhere, but the engine reads every layer.
[[nodiscard]] ImageContents read_by_save(const ReadRequest& request, LayerCache& cache,
                                         Interrupts& interrupts);

/// The archive that `docker save` writes, of any engine; read up to its end mark.
/// Errors: Error{internal} when it is damaged, Error{release_failed} when it is no image.
[[nodiscard]] ImageContents read_archive(ByteSource& archive, const ReadRequest& request,
                                         LayerCache& cache);

/// `docker push` to a registry of our own, which claims to hold the layers that are not wanted: the
/// engine reads only the others. The image must have a tag, else removing ours would remove it.
[[nodiscard]] ImageContents read_by_push(const ReadRequest& request, const LocalDocker& docker,
                                         LayerCache& cache, Interrupts& interrupts);

/// The diffIDs that the config names. Errors: Error{release_failed} when it is no config.
[[nodiscard]] std::vector<Digest> diff_ids_of(const std::string& config);

/// Error{release_failed} with one sentence.
[[nodiscard]] Error read_failure(std::string message);

/// Manifests and configs; real ones are below 100 kB.
constexpr std::uint64_t json_limit = 4 * 1024 * 1024;

}  // namespace liteship
