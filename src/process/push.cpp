// `docker push` to our own registry. The engine asks for each layer by the digest under which it
// pushed or pulled it before; when the server has the layer we claim to hold it, and nothing is
// read. Two things make that harder than it sounds:
//
// * We know a digest's diffID only from an earlier push. Graphdrivers ask only for layers that were
//   pushed or pulled once (a base image, mostly), so there the first attempt claims every digest
//   that is unknown. The manifest, whose layers stand in the config's order, tells what they were;
//   when one was a wanted layer, a second attempt claims only what is right.
// * A layer that was never pushed or pulled is packed by the engine first (35–85 MB/s). An image
//   with much of that is read with save, and learned on the side (learn.cpp). When the engine
//   packs more than we knew of, the push is given up.

#include "process/push.h"

#include <algorithm>
#include <limits>

#include "process/docker.h"
#include "process/failure.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::json;

// Packed bytes of layers that are not wanted: 1–2 s of the engine's gzip.
constexpr std::uint64_t surplus = 64'000'000;
// Packing so much takes a third of a second.
constexpr std::uint64_t packed_soon = 16'000'000;

/// Bytes of the layers that are to come, as the engine counts them.
std::uint64_t wanted_bytes(const ReadRequest& request, const LayerCache& cache) {
  std::uint64_t unwanted = 0;
  for (const Digest& diff_id : request.image.layers.diff_ids) {
    if (!request.wants(diff_id)) unwanted += cache.size(diff_id).value_or(0);
  }
  return request.image.size - std::min(unwanted, request.image.size);
}

/// How many bytes may come before the push is given up. A containerd store sends blobs as it keeps
/// them, so there is nothing to save.
std::uint64_t push_budget(const ReadRequest& request, const LocalDocker& docker,
                          const LayerCache& cache) {
  if (docker.containerd_store) return std::numeric_limits<std::uint64_t>::max();
  return wanted_bytes(request, cache) + surplus;
}

enum class Pushed { all, given_up };

Pushed push(EngineRegistry& registry, const LocalDocker& docker, std::uint64_t budget,
            Interrupts& interrupts) {
  const Command command = push_command(registry, docker);
  bool is_over_budget = false;
  RunOptions options;
  options.is_enough = [&] { return is_over_budget = registry.received() > budget; };
  const RunResult result = run_process(command, for_engine(options), interrupts);
  registry.stop();
  if (is_over_budget) return Pushed::given_up;
  if (result.status != 0) throw program_failure(command, result);
  return Pushed::all;
}

struct Manifest {
  std::string config;
  std::vector<Digest> layers;  // as pushed
};

/// The manifest whose config names the image's layers, among those that were pushed.
Manifest find_manifest(EngineRegistry& registry, const std::vector<Digest>& diff_ids) {
  for (const auto& [name, text] : registry.manifests()) {
    const Json json = read_json(text);
    if (!json.is_object() || !json.contains("layers") || !json.contains("config")) continue;
    const auto config = registry.blobs().find(text_at(json["config"], "digest"));
    if (config == registry.blobs().end()) continue;
    Manifest manifest{config->second.plain->text(json_limit), {}};
    for (const Json& layer : json["layers"]) manifest.layers.push_back(text_at(layer, "digest"));
    const bool is_image = read_json(manifest.config).contains("rootfs");
    if (is_image && diff_ids_of(manifest.config) == diff_ids) return manifest;
  }
  throw read_failure("`docker push` gave no manifest of this image");
}

void learn_blob(const Blob& blob, const ReadRequest& request, LayerCache& cache) {
  if (!request.has(blob.diff_id)) return;
  cache.learn(blob.digest, blob.diff_id);
  cache.learn_size(blob.diff_id, blob.size);
}

/// The layers that were packed are known now. The engine has forgotten what it pushed of the
/// others.
void give_up(EngineRegistry& registry, const ReadRequest& request, LayerCache& cache) {
  for (const Digest& diff_id : request.image.layers.diff_ids) cache.forget_digest(diff_id);
  for (const auto& [digest, blob] : registry.blobs()) learn_blob(blob, request, cache);
}

std::optional<ImageContents> attempt(const ReadRequest& request, const LocalDocker& docker,
                                     Claims claims, LayerCache& cache, Interrupts& interrupts) {
  const std::uint64_t budget = push_budget(request, docker, cache);
  EngineRegistry registry(claim(request, claims, cache), cache.directory());
  const TemporaryTag tag(request.reference, registry.reference(), interrupts);
  if (push(registry, docker, budget, interrupts) == Pushed::given_up) {
    give_up(registry, request, cache);
    throw read_failure("the engine packs large layers first");
  }
  return collect(registry, request, cache);
}

/// After a first save the size of every layer is known.
bool knows_sizes(const ReadRequest& request, const LayerCache& cache) {
  const auto& diff_ids = request.image.layers.diff_ids;
  return std::all_of(diff_ids.begin(), diff_ids.end(), [&](const Digest& diff_id) {
    return request.wants(diff_id) || cache.size(diff_id);
  });
}

}  // namespace

TemporaryTag::TemporaryTag(const std::string& image, std::string tag, Interrupts& interrupts)
    : tag_(std::move(tag)) {
  const std::size_t colon = tag_.rfind(':');
  add_tag(image, tag_.substr(0, colon), tag_.substr(colon + 1), interrupts);
}

TemporaryTag::~TemporaryTag() { remove_tag(tag_); }

std::function<bool(const Digest&)> claim(const ReadRequest& request, Claims claims,
                                         const LayerCache& cache) {
  return [&request, claims, &cache](const Digest& digest) {  // only reads: threads may share it
    const auto diff_id = cache.diff_id(digest);
    // The config is asked for in the same way; on graphdrivers its digest is the image's Id.
    if (!diff_id) return claims == Claims::unknown_too && digest != request.image.layers.id;
    return request.has(*diff_id) && !request.wants(*diff_id) && cache.size(*diff_id).has_value();
  };
}

Command push_command(const EngineRegistry& registry, const LocalDocker& docker) {
  Command command{"docker", "push", "-q"};
  const auto major = parse_integer(split(docker.server_version, '.').front());
  // A containerd store would send the index with its attestations; older clients know no
  // --platform.
  if (docker.containerd_store && major.value_or(0) >= 28) {
    command.flag("--platform", "linux/" + docker.architecture);
  }
  command.arg(registry.reference());
  return command;
}

std::optional<ImageContents> collect(EngineRegistry& registry, const ReadRequest& request,
                                     LayerCache& cache) {
  const auto& diff_ids = request.image.layers.diff_ids;
  const Manifest manifest = find_manifest(registry, diff_ids);
  if (manifest.layers.size() != diff_ids.size()) {
    throw read_failure("`docker push` gave another number of layers");
  }
  ImageContents contents;
  contents.config = manifest.config;
  contents.bytes = registry.received();
  bool is_complete = true;
  for (std::size_t i = 0; i < diff_ids.size(); ++i) {
    const auto pushed = registry.blobs().find(manifest.layers[i]);
    if (pushed == registry.blobs().end()) {
      if (cache.diff_id(manifest.layers[i]).value_or(diff_ids[i]) != diff_ids[i]) {
        throw read_failure("`docker push` left out layer `" + diff_ids[i] + "`");
      }
      cache.learn(manifest.layers[i], diff_ids[i]);
      is_complete = is_complete && !request.wants(diff_ids[i]);
      continue;
    }
    Blob& blob = pushed->second;
    if (blob.diff_id != diff_ids[i]) throw read_failure("`docker push` gave a wrong layer");
    learn_blob(blob, request, cache);
    if (request.wants(blob.diff_id) && blob.plain) {
      contents.layers[blob.diff_id] = std::move(blob.plain);
    }
  }
  return is_complete ? std::optional(std::move(contents)) : std::nullopt;
}

bool can_push(const LocalImage& image, const LocalDocker& docker) {
  return docker.loopback && !image.layers.tags.empty();
}

bool packs_much(const LocalImage& image, const LocalDocker& docker, const LayerCache& cache) {
  if (docker.containerd_store) return false;  // it sends blobs as it keeps them
  std::uint64_t known = 0;
  for (const Digest& diff_id : image.layers.diff_ids) {
    if (cache.has_digest(diff_id)) known += cache.size(diff_id).value_or(0);
  }
  const std::uint64_t unknown = image.size - std::min(known, image.size);
  // It packs at a quarter of the speed at which it saves (ADR 0005).
  return unknown > std::max(image.size / 4, packed_soon);
}

ImageContents read_by_push(const ReadRequest& request, const LocalDocker& docker, LayerCache& cache,
                           Interrupts& interrupts) {
  if (packs_much(request.image, docker, cache)) {
    throw read_failure("the engine has large layers that it never pushed");
  }
  if (!docker.containerd_store) {
    // Without the sizes every layer would have to come, and be packed for that: save is faster.
    if (!knows_sizes(request, cache)) throw read_failure("this is the first read of its layers");
    auto contents = attempt(request, docker, Claims::unknown_too, cache, interrupts);
    if (contents) return std::move(*contents);
  }
  auto contents = attempt(request, docker, Claims::known, cache, interrupts);
  if (!contents) throw read_failure("`docker push` left out a layer that we do not hold");
  return std::move(*contents);
}

}  // namespace liteship
