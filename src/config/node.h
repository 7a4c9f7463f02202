#pragma once
// A parsed file as plain values that know where they stand.

#include <string>
#include <string_view>
#include <vector>

#include "liteship/diagnostic.h"

namespace liteship::config {

enum class NodeKind { null, scalar, list, map };

struct Entry;

/// One value of a YAML file. Aliases and merge keys are already copied in.
struct Node {
  NodeKind kind = NodeKind::null;
  std::string text;     // of a scalar
  Location where;       // of a list or map: where its first value stands
  bool quoted = false;  // a scalar in quotes or a block: never a number in the schema
  std::vector<Node> items;
  std::vector<Entry> entries;

  [[nodiscard]] bool is(NodeKind other) const { return kind == other; }
  /// The value of `key` in a map; null pointer when there is none or it is empty (`key:`).
  [[nodiscard]] const Node* find(std::string_view key) const;
  /// The entry of `key` in a map, even when its value is empty.
  [[nodiscard]] const Entry* entry(std::string_view key) const;
};

struct Entry {
  std::string key;
  Location where;  // of the key
  Node value;
};

/// find() on what may be absent.
[[nodiscard]] const Node* child(const Node* node, std::string_view key);

/// `over` laid over `base`: maps merge, everything else replaces. Each value keeps its place.
[[nodiscard]] Node merge(const Node& base, const Node& over);

}  // namespace liteship::config
