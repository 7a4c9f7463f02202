#include "process/layer_intake.h"

#include <array>

namespace liteship {
namespace {

/// Hashes and counts what passes.
class Hashed : public ByteSource {
 public:
  Hashed(ByteSource& source, Sha256& hash, std::uint64_t& count)
      : source_(source), hash_(hash), count_(count) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = source_.read(buffer);
    hash_.add({buffer.data(), count});
    count_ += count;
    return count;
  }

 private:
  ByteSource& source_;
  Sha256& hash_;
  std::uint64_t& count_;
};

}  // namespace

Blob take_blob(ByteSource& source, Keep keep, const std::filesystem::path& directory) {
  Blob blob;
  Sha256 packed_hash;
  Sha256 plain_hash;
  if (keep == Keep::bytes) blob.plain = std::make_unique<Spool>(directory);
  const auto plain = decompress(std::make_unique<Hashed>(source, packed_hash, blob.wire));
  std::array<char, 64 * 1024> block{};
  while (const std::size_t count = plain->read(block)) {
    const std::string_view bytes(block.data(), count);
    plain_hash.add(bytes);
    blob.size += count;
    if (blob.plain) blob.plain->write(bytes);
  }
  // Bytes behind the packed stream belong to the digest all the same.
  Hashed rest(source, packed_hash, blob.wire);
  while (rest.read(block) > 0) {
  }
  blob.digest = packed_hash.digest();
  blob.diff_id = plain_hash.digest();
  return blob;
}

}  // namespace liteship
