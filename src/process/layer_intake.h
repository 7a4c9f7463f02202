#pragma once
// Takes one blob of the engine, in whatever packing, and keeps its plain bytes.

#include <filesystem>
#include <memory>

#include "liteship/image.h"
#include "process/spool.h"

namespace liteship {

/// One blob as it came and as it is.
struct Blob {
  Digest digest;                 // of the bytes that came
  Digest diff_id;                // of the plain bytes
  std::uint64_t wire = 0;        // bytes that came
  std::uint64_t size = 0;        // plain bytes
  std::unique_ptr<Spool> plain;  // null when it was only hashed
};

enum class Keep { bytes, nothing };

/// Reads `source` to its end, unpacking gzip and zstd.
[[nodiscard]] Blob take_blob(ByteSource& source, Keep keep, const std::filesystem::path& directory);

}  // namespace liteship
