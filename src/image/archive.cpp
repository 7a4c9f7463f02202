// The archive that every engine loads, also with its first layers left out:
//
//   oci-layout, index.json, blobs/sha256/<manifest>   read by containerd stores
//   manifest.json                                     read by graphdrivers and podman
//   blobs/sha256/<config>                             byte for byte
//   blobs/sha256/<diffID>                             plain layer, only those after `skip`
//
// Both manifests name all layers. Plain layers make the blob's digest equal to the diffID, so one
// have-list serves both kinds of store, and Docker 20.10, which cannot read zstd inside a layer.

#include <cassert>
#include <nlohmann/json.hpp>

#include "image/bytes.h"
#include "liteship/image.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view oci = "application/vnd.oci.image.";

std::string blob_path(const Digest& digest) { return "blobs/sha256/" + digest.substr(7); }

std::string media_type(std::string_view name) { return std::string(oci) + std::string(name); }

std::string render_manifest(const ImageArchive& archive) {
  assert(archive.sizes.size() == archive.diff_ids.size());
  Json layers = Json::array();
  for (std::size_t i = 0; i < archive.diff_ids.size(); ++i) {
    layers.push_back({{"mediaType", media_type("layer.v1.tar")},
                      {"digest", archive.diff_ids[i]},
                      {"size", archive.sizes[i]}});
  }
  const Json manifest = {{"schemaVersion", 2},
                         {"mediaType", media_type("manifest.v1+json")},
                         {"config",
                          {{"mediaType", media_type("config.v1+json")},
                           {"digest", sha256(archive.config)},
                           {"size", archive.config.size()}}},
                         {"layers", std::move(layers)}};
  return manifest.dump();
}

std::string render_index(const ImageArchive& archive, const std::string& manifest) {
  const std::string name = qualified_reference(archive.reference);
  const Json entry = {{"mediaType", media_type("manifest.v1+json")},
                      {"digest", sha256(manifest)},
                      {"size", manifest.size()},
                      {"annotations",
                       {{"io.containerd.image.name", name},
                        {"org.opencontainers.image.ref.name", name.substr(name.rfind(':') + 1)}}}};
  const Json index = {{"schemaVersion", 2},
                      {"mediaType", media_type("index.v1+json")},
                      {"manifests", Json::array({entry})}};
  return index.dump();
}

std::string render_docker_manifest(const ImageArchive& archive) {
  Json layers = Json::array();
  for (const Digest& diff_id : archive.diff_ids) layers.push_back(blob_path(diff_id));
  const Json image = {{"Config", blob_path(sha256(archive.config))},
                      {"RepoTags", Json::array({archive.reference})},
                      {"Layers", std::move(layers)}};
  return Json::array({image}).dump();
}

TarPart text_part(std::string path, std::string text) {
  TarPart part;
  part.entry.path = std::move(path);
  part.entry.size = text.size();
  part.content = open_text(std::move(text));
  return part;
}

/// Gives the archive's members one after the other.
class Members {
 public:
  Members(const ImageArchive& archive, OpenLayer open_layer)
      : open_layer_(std::move(open_layer)), layers_(carried_layers(archive)) {
    const std::string manifest = render_manifest(archive);
    texts_.push_back({"oci-layout", R"({"imageLayoutVersion":"1.0.0"})"});
    texts_.push_back({"index.json", render_index(archive, manifest)});
    texts_.push_back({"manifest.json", render_docker_manifest(archive)});
    texts_.push_back({blob_path(sha256(manifest)), manifest});
    texts_.push_back({blob_path(sha256(archive.config)), archive.config});
    for (const Digest& diff_id : layers_) {
      for (std::size_t i = 0; i < archive.diff_ids.size(); ++i) {
        if (archive.diff_ids[i] != diff_id) continue;
        sizes_.push_back(archive.sizes[i]);
        break;
      }
    }
  }

  std::optional<TarPart> next() {
    if (text_ < texts_.size()) {
      auto& [path, text] = texts_[text_++];
      return text_part(std::move(path), std::move(text));
    }
    if (layer_ == layers_.size()) return std::nullopt;
    const Digest& diff_id = layers_[layer_];
    LayerStream layer = open_layer_(diff_id);
    if (layer.size != sizes_[layer_]) throw damaged("layer `" + diff_id + "` has another size");
    ++layer_;
    TarPart part;
    part.entry.path = blob_path(diff_id);
    part.entry.size = layer.size;
    part.content = std::move(layer.bytes);
    return part;
  }

 private:
  OpenLayer open_layer_;
  std::vector<Digest> layers_;
  std::vector<std::uint64_t> sizes_;  // as layers_
  std::vector<std::pair<std::string, std::string>> texts_;
  std::size_t text_ = 0;
  std::size_t layer_ = 0;
};

}  // namespace

std::string qualified_reference(std::string_view reference) {
  std::string name(reference);
  const std::size_t slash = name.find('/');
  const std::string first = name.substr(0, slash);
  // Docker's rule: the first part is a registry when it has a dot or a port, or is localhost.
  const bool has_registry =
      slash != std::string::npos &&
      (first.find_first_of(".:") != std::string::npos || first == "localhost");
  if (!has_registry) {
    name = (slash == std::string::npos ? "docker.io/library/" : "docker.io/") + name;
  }
  const std::size_t last = name.rfind('/');
  return name.find(':', last) == std::string::npos ? name + ":latest" : name;
}

PredictedIds predict_ids(const ImageArchive& archive) {
  return {sha256(archive.config), sha256(render_manifest(archive))};
}

std::unique_ptr<ByteSource> open_archive(const ImageArchive& archive, OpenLayer open_layer,
                                         Compression compression) {
  // std::function must be copyable, the members' texts need not be copied: hence the holder.
  class Holder : public ByteSource {
   public:
    Holder(const ImageArchive& from, OpenLayer open)
        : members_(from, std::move(open)), tar_(open_tar([this] { return members_.next(); })) {}
    std::size_t read(std::span<char> buffer) override { return tar_->read(buffer); }

   private:
    Members members_;
    std::unique_ptr<ByteSource> tar_;
  };
  return compress(std::make_unique<Holder>(archive, std::move(open_layer)), compression);
}

}  // namespace liteship
