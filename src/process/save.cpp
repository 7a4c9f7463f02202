// `docker save` through a filter. Layers come before manifest.json and under names that say their
// diffID only on some engines (docs/adr/0005), so what a file is, is found by hashing it:
//
//   20.10            <v1id>/layer.tar, a repeated one as a symlink; <config>.json
//   graphdriver ≥ 25 blobs/sha256/<diffID>
//   containerd store blobs/sha256/<digest of the stored blob>, gzip or plain
//   podman           <diffID>.tar
//
// A name that an earlier run has seen for a layer that is not wanted is passed over unread.

#include <algorithm>
#include <array>

#include "process/docker.h"
#include "process/failure.h"
#include "process/image_routes.h"
#include "process/layer_intake.h"
#include "support/json.h"

namespace liteship {
namespace {

using Json = nlohmann::json;

/// Gives back the bytes that were looked at.
class WithHead : public ByteSource {
 public:
  WithHead(std::string head, ByteSource& tail) : head_(open_text(std::move(head))), tail_(tail) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = head_->read(buffer);
    return count > 0 ? count : tail_.read(buffer);
  }

 private:
  std::unique_ptr<ByteSource> head_;
  ByteSource& tail_;
};

class Filter {
 public:
  Filter(const ReadRequest& request, LayerCache& cache) : request_(request), cache_(cache) {}

  void take(const TarEntry& entry, TarReader& reader) {
    if (entry.type != TarType::file || entry.size == 0) return;
    if (is_known_and_unwanted(entry)) return;
    std::string head(1, '\0');
    head.resize(reader.read(head));
    if (head == "{" || head == "[") return take_text(entry, head, reader);
    take_layer(entry, head, reader);
  }

  ImageContents finish() {
    const auto manifest = texts_.find("manifest.json");
    const Json images = manifest == texts_.end() ? Json() : read_json(manifest->second);
    if (!images.is_array() || images.empty() || !images[0].is_object()) {
      throw read_failure("`docker save` gave no manifest.json");
    }
    const auto config = texts_.find(text_at(images[0], "Config"));
    if (config == texts_.end()) throw read_failure("`docker save` gave no config");
    contents_.config = config->second;
    return std::move(contents_);
  }

 private:
  /// The diffID that the name says or said before.
  [[nodiscard]] std::optional<Digest> named_layer(const std::string& path) const {
    const std::string stem = path.substr(path.rfind('/') + 1);
    const Digest digest = "sha256:" + stem.substr(0, stem.find('.'));
    if (request_.has(digest)) return digest;
    return cache_.diff_id(path);
  }

  [[nodiscard]] bool is_known_and_unwanted(const TarEntry& entry) {
    const auto diff_id = named_layer(entry.path);
    if (!diff_id || !request_.has(*diff_id) || request_.wants(*diff_id)) return false;
    return cache_.size(*diff_id).has_value();
  }

  void take_text(const TarEntry& entry, std::string text, TarReader& reader) {
    std::array<char, 64 * 1024> block{};
    while (const std::size_t count = reader.read(block)) {
      text.append(block.data(), count);
      if (text.size() > json_limit) throw read_failure("`docker save` gave JSON that is too long");
    }
    texts_[entry.path] = std::move(text);
  }

  void take_layer(const TarEntry& entry, std::string head, TarReader& reader) {
    WithHead source(std::move(head), reader);
    const auto named = named_layer(entry.path);
    const bool is_wanted = !named || request_.wants(*named);
    Blob blob = take_blob(source, is_wanted ? Keep::bytes : Keep::nothing, cache_.directory());
    if (!request_.has(blob.diff_id)) return;  // no layer of this image
    cache_.learn_size(blob.diff_id, blob.size);
    cache_.learn(entry.path, blob.diff_id);
    if (request_.wants(blob.diff_id)) contents_.layers[blob.diff_id] = std::move(blob.plain);
  }

  const ReadRequest& request_;
  LayerCache& cache_;
  std::map<std::string, std::string> texts_;
  ImageContents contents_;
};

/// Counts what docker writes and notices Ctrl-C.
class Watched : public ByteSource {
 public:
  Watched(ByteSource& source, Interrupts& interrupts) : source_(source), interrupts_(interrupts) {}
  std::size_t read(std::span<char> buffer) override {
    check_interrupts(interrupts_);
    const std::size_t count = source_.read(buffer);
    count_ += count;
    return count;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  ByteSource& source_;
  Interrupts& interrupts_;
  std::uint64_t count_ = 0;
};

}  // namespace

ImageContents read_archive(ByteSource& archive, const ReadRequest& request, LayerCache& cache) {
  TarReader reader(archive);
  Filter filter(request, cache);
  while (const auto entry = reader.next()) filter.take(*entry, reader);
  return filter.finish();
}

ImageContents read_by_save(const ReadRequest& request, LayerCache& cache, Interrupts& interrupts) {
  RunOptions options;
  options.on_idle = [&interrupts] { interrupts.idle(); };
  const auto process = open_process({"docker", "save", request.reference}, for_engine(options));
  Watched stream(*process, interrupts);
  ImageContents contents = read_archive(stream, request, cache);
  std::array<char, 10240> padding{};
  while (stream.read(padding) > 0) {  // to docker's status
  }
  contents.bytes = stream.count();
  return contents;
}

}  // namespace liteship
