#pragma once
// An image as layers: what the server lacks, and the archive that carries it.
// Why this archive and no other: docs/adr/0005-layer-transfer.md.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/diagnostic.h"
#include "liteship/support.h"

namespace liteship {

/// "sha256:" and 64 hexadecimal digits.
using Digest = std::string;

/// One image: its Id as the engine gives it and its layers' diffIDs, base first.
struct Layers {
  std::string id;
  std::vector<std::string> tags;
  std::vector<Digest> diff_ids;
  bool operator==(const Layers&) const = default;
};

/// How many leading layers of `wanted` one single image of `present` has too. Only a prefix may be
/// left out: graphdrivers look layers up by chain id.
[[nodiscard]] std::size_t shared_prefix(const std::vector<Digest>& wanted,
                                        const std::vector<Layers>& present);

/// What the transfer carries.
struct ImageArchive {
  std::string reference;  // "app:4f2a91c", the tag that docker load makes
  std::string config;     // the image's config JSON, byte for byte
  std::vector<Digest> diff_ids;
  std::vector<std::uint64_t> sizes;  // plain bytes of every layer, also of those that stay out: the
                                     // manifest names them, and its digest must not depend on skip
  std::size_t skip = 0;              // leading layers that stay out
};

/// The diffIDs whose bytes the archive carries: those after `skip`, each once, base first.
[[nodiscard]] std::vector<Digest> carried_layers(const ImageArchive& archive);

/// The layer with this diffID as a plain tar, and its size in bytes. Opened once, in order.
struct LayerStream {
  std::uint64_t size = 0;
  std::unique_ptr<ByteSource> bytes;
};
using OpenLayer = std::function<LayerStream(const Digest& diff_id)>;

enum class Compression { none, gzip, zstd };

/// The tar that `docker load` takes on every engine (oci-layout, index.json, manifest.json, config,
/// manifest, missing layers), compressed, as a stream: nothing is held in memory but one block.
///
/// Errors: Error{internal} when a layer's size differs from archive.sizes or its stream is cut.
[[nodiscard]] std::unique_ptr<ByteSource> open_archive(const ImageArchive& archive,
                                                       OpenLayer open_layer,
                                                       Compression compression);

/// The Id that the server will give the image: the config's digest on graphdrivers and podman, the
/// manifest's in a containerd store. Neither depends on `skip`.
struct PredictedIds {
  Digest config;
  Digest manifest;
  bool operator==(const PredictedIds&) const = default;
};
[[nodiscard]] PredictedIds predict_ids(const ImageArchive& archive);

/// The name as the containerd store wants it: "app:1" → "docker.io/library/app:1",
/// "team/app" → "docker.io/team/app:latest", "host:5000/app:1" unchanged.
[[nodiscard]] std::string qualified_reference(std::string_view reference);

// ---- tar

enum class TarType { file, directory, symlink, hardlink, other };

/// One member of a tar. path and target may have any length.
struct TarEntry {
  std::string path;
  TarType type = TarType::file;
  std::uint64_t size = 0;  // bytes of content; only files have any
  unsigned mode = 0644;
  std::int64_t mtime = 0;  // seconds since 1970
  std::string target;      // of a symlink or hardlink
  bool operator==(const TarEntry&) const = default;
};

/// A member to write. content gives exactly entry.size bytes; null: no content.
struct TarPart {
  TarEntry entry;
  std::unique_ptr<ByteSource> content;
};

/// A ustar archive of the parts that `next` gives until it gives nothing. Owner is 0:0. Sizes over
/// 8 GiB in base 256, long names in GNU's `L` and `K` members.
///
/// Errors: Error{internal} when content ends before entry.size; what is beyond it is not read.
[[nodiscard]] std::unique_ptr<ByteSource> open_tar(std::function<std::optional<TarPart>()> next);

/// Reads a tar as it comes: next() steps to a member, read() gives the bytes of that member.
/// Knows ustar, GNU long names and sizes, pax path, linkpath and size; other pax records are passed
/// over.
///
/// Errors: Error{internal} when the archive is damaged or cut.
class TarReader : public ByteSource {
 public:
  /// source must outlive the reader.
  explicit TarReader(ByteSource& source) : source_(source) {}
  /// The next member; nothing at the end. What was not read of the present one is passed over.
  [[nodiscard]] std::optional<TarEntry> next();
  [[nodiscard]] std::size_t read(std::span<char> buffer) override;

 private:
  [[nodiscard]] bool read_block(std::span<char> block);
  [[nodiscard]] std::string read_text();
  void finish_entry();

  ByteSource& source_;
  std::uint64_t left_ = 0;     // content of the present member not yet read
  std::uint64_t padding_ = 0;  // zeros after it
};

// ---- bytes

/// The bytes of a text.
[[nodiscard]] std::unique_ptr<ByteSource> open_text(std::string text);

/// Compresses what it reads: gzip -1; zstd -3 with a long window, measured best for a link (ADR
/// 0005).
[[nodiscard]] std::unique_ptr<ByteSource> compress(std::unique_ptr<ByteSource> source,
                                                   Compression compression);
/// Decompresses gzip or zstd by its magic number; passes anything else through.
[[nodiscard]] std::unique_ptr<ByteSource> decompress(std::unique_ptr<ByteSource> source);

/// "sha256:…" of `bytes`.
[[nodiscard]] Digest sha256(std::string_view bytes);

/// SHA-256 of a stream.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void add(std::string_view bytes);
  /// "sha256:…" of all that was added. May be called once.
  [[nodiscard]] Digest digest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Does a .dockerignore text exclude `path` (relative, '/'-separated)? Docker's rules: last match
/// wins, `!` re-includes, `**`, `*`, `?`, `[…]`.
class IgnoreRules {
 public:
  explicit IgnoreRules(std::string_view dockerignore);
  [[nodiscard]] bool ignores(std::string_view path) const;
  /// False only when nothing below this directory can be included: it need not be walked.
  [[nodiscard]] bool may_descend(std::string_view directory) const;

 private:
  struct Rule {
    std::string pattern;
    bool include = false;
  };
  std::vector<Rule> rules_;
};

}  // namespace liteship
