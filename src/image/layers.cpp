#include <algorithm>
#include <set>

#include "liteship/image.h"

namespace liteship {

std::size_t shared_prefix(const std::vector<Digest>& wanted, const std::vector<Layers>& present) {
  std::size_t longest = 0;
  for (const Layers& image : present) {
    const auto [end, other] =
        std::mismatch(wanted.begin(), wanted.end(), image.diff_ids.begin(), image.diff_ids.end());
    longest = std::max(longest, static_cast<std::size_t>(end - wanted.begin()));
  }
  return longest;
}

std::vector<Digest> carried_layers(const ImageArchive& archive) {
  std::vector<Digest> carried;
  std::set<Digest> seen;
  for (std::size_t i = archive.skip; i < archive.diff_ids.size(); ++i) {
    if (seen.insert(archive.diff_ids[i]).second) carried.push_back(archive.diff_ids[i]);
  }
  return carried;
}

}  // namespace liteship
