#include <algorithm>

#include "liteship/erb.h"

namespace liteship::erb {
namespace {

// Every value keeps its line to be shown; one of a megabyte would be kept as often as it holds
// values.
constexpr std::size_t longest_shown = 500;

}  // namespace

Expanded::Expanded(std::string path_of_source, std::string source_text)
    : path(std::move(path_of_source)), source(std::move(source_text)), line_begins{0} {
  for (std::size_t at = 0; (at = source.find('\n', at)) != std::string::npos;) {
    line_begins.push_back(++at);
  }
}

Location Expanded::in_source(std::size_t begin, std::size_t end) const {
  begin = std::min(begin, source.size());
  const auto next = std::upper_bound(line_begins.begin(), line_begins.end(), begin);
  const std::size_t line_begin = *std::prev(next);
  const std::size_t line_end = next == line_begins.end() ? source.size() : *next - 1;
  std::string_view excerpt = std::string_view(source).substr(line_begin, line_end - line_begin);
  if (excerpt.ends_with('\r') || excerpt.ends_with('\n')) excerpt.remove_suffix(1);
  const std::size_t last = std::max(line_begin + excerpt.size(), begin + 1);
  const std::size_t length = std::clamp<std::size_t>(end, begin + 1, last) - begin;
  return {path, static_cast<std::size_t>(next - line_begins.begin()), begin - line_begin + 1,
          length, std::string(excerpt.size() > longest_shown ? "" : excerpt)};
}

void Expanded::add(std::string_view more, std::size_t source_begin, std::size_t source_length,
                   bool copied) {
  parts.push_back({text.size(), source_begin, source_length, copied});
  text += more;
}

Location Expanded::locate(std::size_t begin, std::size_t end) const {
  const auto part_at = [&](std::size_t at) -> const OriginPart* {
    const auto after = std::upper_bound(
        parts.begin(), parts.end(), at,
        [](std::size_t place, const OriginPart& part) { return place < part.made_begin; });
    return after == parts.begin() ? nullptr : &*std::prev(after);
  };
  const OriginPart* first = part_at(begin);
  if (first == nullptr) return in_source(begin, end);
  const std::size_t from = first->source_begin + (first->copied ? begin - first->made_begin : 0);
  const OriginPart* last = end > begin ? part_at(end - 1) : first;
  const std::size_t to = last->copied ? last->source_begin + (end - last->made_begin)
                                      : last->source_begin + last->source_length;
  return in_source(from, std::max(from + 1, to));
}

Expanded unchanged(std::string path, std::string text) {
  Expanded same(std::move(path), std::move(text));
  same.add(same.source, 0, same.source.size(), true);
  return same;
}

}  // namespace liteship::erb
