#pragma once
// What earlier runs learned about layers, in layers.json:
//
//   {"version":1, "diff_ids":{"<name>":"sha256:<diffID>"}, "sizes":{"sha256:<diffID>":bytes}}
//
// <name> is a digest under which the engine pushed the layer, or the path under which docker 20.10
// saves it. Nothing here is trusted for what is sent: those bytes are always hashed.

#include <filesystem>
#include <map>
#include <optional>

#include "liteship/image.h"

namespace liteship {

class LayerCache {
 public:
  /// Reads directory/layers.json (a missing or foreign one counts as empty); makes the directory.
  explicit LayerCache(std::filesystem::path directory);
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  [[nodiscard]] std::optional<Digest> diff_id(const std::string& name) const;
  [[nodiscard]] std::optional<std::uint64_t> size(const Digest& diff_id) const;
  void learn(const std::string& name, const Digest& diff_id);
  void learn_size(const Digest& diff_id, std::uint64_t size);
  /// Is a digest known under which the engine pushes this layer?
  [[nodiscard]] bool has_digest(const Digest& diff_id) const;
  /// The engine knows them no more: their digests are learned anew.
  void forget_digest(const Digest& diff_id);
  /// Writes what was learned; nothing when there was nothing new.
  void save();

 private:
  std::filesystem::path directory_;
  std::map<std::string, Digest> diff_ids_;
  std::map<Digest, std::uint64_t> sizes_;
  bool is_changed_ = false;
};

}  // namespace liteship
