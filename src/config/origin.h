#pragma once
// Where the parts of a text come from that was made out of another one.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/diagnostic.h"

namespace liteship::config {

/// A part of the made text: a copy of source characters, or what one tag wrote.
struct OriginPart {
  std::size_t made_begin = 0;
  std::size_t made_length = 0;
  std::size_t source_begin = 0;
  std::size_t source_length = 0;
  bool copied = false;
};

/// A file and the text made out of it.
struct Expanded {
  std::string path;
  std::string source;  // as it was written
  std::string text;    // as it is read
  std::vector<OriginPart> parts;
  std::vector<std::size_t> line_begins;  // of the source

  Expanded() = default;
  /// Nothing is made of it yet.
  explicit Expanded(std::string path, std::string source);
  void add(std::string_view more, std::size_t source_begin, std::size_t source_length, bool copied);
  /// Where `text[begin, end)` stands in the source; at most the rest of that line.
  [[nodiscard]] Location locate(std::size_t begin, std::size_t end) const;
  /// The place of `source[begin, end)`; at most the rest of that line.
  [[nodiscard]] Location in_source(std::size_t begin, std::size_t end) const;
};

/// A text that is read as it was written.
[[nodiscard]] Expanded unchanged(std::string path, std::string text);

}  // namespace liteship::config
