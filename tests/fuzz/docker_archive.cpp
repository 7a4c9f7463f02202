// What `docker save` writes, read for an image whose second layer is wanted.
#include <filesystem>

#include "fuzz/checksums.h"
#include "fuzz/fuzz.h"
#include "process/image_routes.h"

namespace liteship::fuzz {
namespace {

/// Two layers: "a" and "b", each one byte (no tar: the reader only hashes them).
ReadRequest request() {
  ReadRequest wanted;
  wanted.reference = "app:1";
  wanted.image.layers.diff_ids = {sha256("a"), sha256("b")};
  wanted.skip = 1;
  return wanted;
}

}  // namespace

void run(std::string_view input) {
  static const auto directory = std::filesystem::temp_directory_path() / "liteship-fuzz";
  LayerCache cache(directory);
  const auto stream = open_text(with_checksums(input));
  const ImageContents contents = read_archive(*stream, request(), cache);
  for (const auto& [diff_id, spool] : contents.layers) {
    promise(diff_id == sha256("b"), "only a wanted layer is kept");
    promise(sha256(spool->text(1024)) == diff_id, "a layer's bytes are what its name says");
  }
  (void)diff_ids_of(contents.config);
}

}  // namespace liteship::fuzz
