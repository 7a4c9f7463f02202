#pragma once
// What earlier runs learned about layers, in layers.json:
//
//   {"version":1, "diff_ids":{"<name>":"sha256:<diffID>"}, "sizes":{"sha256:<diffID>":bytes},
//    "costly":["sha256:<prefix>"]}
//
// <name> is a digest under which the engine pushed the layer, or the path under which docker 20.10
// saves it. A costly prefix is
// layers that the engine would pack for long before it could push them. Nothing here is trusted for
// what is sent: those bytes are always hashed.

#include <filesystem>
#include <map>
#include <optional>
#include <set>

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
  /// Was pushing an image with these leading layers given up before?
  [[nodiscard]] bool is_costly(const Digest& prefix) const { return costly_.contains(prefix); }
  void mark_costly(const Digest& prefix);
  /// Writes what was learned; nothing when there was nothing new.
  void save();

 private:
  std::filesystem::path directory_;
  std::map<std::string, Digest> diff_ids_;
  std::map<Digest, std::uint64_t> sizes_;
  std::set<Digest> costly_;
  bool is_changed_ = false;
};

}  // namespace liteship
