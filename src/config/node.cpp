#include "config/node.h"

#include <algorithm>

namespace liteship::config {

const Entry* Node::entry(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

const Node* Node::find(std::string_view key) const {
  const Entry* found = entry(key);
  return found == nullptr || found->value.is(NodeKind::null) ? nullptr : &found->value;
}

const Node* child(const Node* node, std::string_view key) {
  return node == nullptr ? nullptr : node->find(key);
}

Node merge(const Node& base, const Node& over) {
  if (!base.is(NodeKind::map) || !over.is(NodeKind::map)) return over;
  Node merged = base;
  for (const Entry& entry : over.entries) {
    const auto same = std::find_if(merged.entries.begin(), merged.entries.end(),
                                   [&](const Entry& other) { return other.key == entry.key; });
    if (same == merged.entries.end()) {
      merged.entries.push_back(entry);
    } else {
      *same = {entry.key, entry.where, merge(same->value, entry.value)};
    }
  }
  return merged;
}

}  // namespace liteship::config
