#include <algorithm>

#include "process/failure.h"
#include "process/push.h"
#include "support/json.h"

namespace liteship {

bool ReadRequest::wants(const Digest& diff_id) const {
  const auto& all = image.layers.diff_ids;
  return std::find(all.begin() + static_cast<std::ptrdiff_t>(skip), all.end(), diff_id) !=
         all.end();
}

bool ReadRequest::has(const Digest& diff_id) const {
  const auto& all = image.layers.diff_ids;
  return std::find(all.begin(), all.end(), diff_id) != all.end();
}

Error read_failure(std::string message) {
  return failure(ErrorKind::release_failed, std::move(message));
}

std::vector<Digest> diff_ids_of(const std::string& config) {
  const auto json = read_json(config);
  if (!json.is_object() || !json.contains("rootfs") || !json["rootfs"].is_object() ||
      !json["rootfs"].contains("diff_ids") || !json["rootfs"]["diff_ids"].is_array()) {
    throw read_failure("the image's config names no layers");
  }
  std::vector<Digest> diff_ids;
  for (const auto& item : json["rootfs"]["diff_ids"]) {
    diff_ids.push_back(item.is_string() ? item.get<std::string>() : "");
  }
  return diff_ids;
}

namespace {

class Reader : public ImageReader {
 public:
  Reader(ImageContents contents, ImageArchive archive, ReadReport report)
      : contents_(std::move(contents)), archive_(std::move(archive)), report_(std::move(report)) {}
  [[nodiscard]] const ReadReport& report() const override { return report_; }
  [[nodiscard]] const ImageArchive& archive() const override { return archive_; }
  [[nodiscard]] LayerStream open_layer(const Digest& diff_id) override {
    const auto it = contents_.layers.find(diff_id);
    if (it == contents_.layers.end()) throw read_failure("layer `" + diff_id + "` was not read");
    return {it->second->size(), it->second->open()};
  }

 private:
  ImageContents contents_;
  ImageArchive archive_;
  ReadReport report_;
};

ImageContents read_contents(const ReadRequest& request, const LocalDocker& docker,
                            LayerCache& cache, Interrupts& interrupts, ReadReport& report) {
  // A first deploy sends everything: there save is faster.
  if (request.skip > 0 && can_push(request.image, docker)) {
    try {
      report.route = ReadRoute::push;
      return read_by_push(request, docker, cache, interrupts);
    } catch (const Error& error) {  // whatever it was: save needs nothing of what failed
      if (error.kind() == ErrorKind::interrupted) throw;
      report.note = error.what();
    }
  }
  report.route = ReadRoute::save;
  return read_by_save(request, cache, interrupts);
}

/// The last check before anything travels.
void verify(const ReadRequest& request, const ImageContents& contents) {
  if (diff_ids_of(contents.config) != request.image.layers.diff_ids) {
    throw read_failure("the engine gave the config of another image");
  }
  for (const Digest& diff_id : request.image.layers.diff_ids) {
    if (request.wants(diff_id) && !contents.layers.contains(diff_id)) {
      throw read_failure("the engine did not give layer `" + diff_id + "`");
    }
  }
}

}  // namespace

std::unique_ptr<ImageReader> open_image(const LocalImage& image, const std::string& reference,
                                        const std::string& target_reference, std::size_t skip,
                                        const LocalDocker& docker,
                                        const std::filesystem::path& cache_directory,
                                        Interrupts& interrupts) {
  const ReadRequest request{reference, image, std::min(skip, image.layers.diff_ids.size())};
  LayerCache cache(cache_directory);
  ReadReport report;
  ImageContents contents = read_contents(request, docker, cache, interrupts, report);
  verify(request, contents);
  report.bytes = contents.bytes;

  ImageArchive archive;
  archive.reference = target_reference;
  archive.config = contents.config;
  archive.diff_ids = image.layers.diff_ids;
  archive.skip = request.skip;
  for (const Digest& diff_id : archive.diff_ids) {
    const auto size = cache.size(diff_id);
    if (!size) throw read_failure("the size of layer `" + diff_id + "` is unknown");
    archive.sizes.push_back(*size);
  }
  cache.save();
  return std::make_unique<Reader>(std::move(contents), std::move(archive), std::move(report));
}

}  // namespace liteship
