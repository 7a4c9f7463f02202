#pragma once
// The 512-byte header of a tar member.
//
//   offset size             offset size               offset size
//        0  100 name           136   12 mtime            265   32 owner name
//      100    8 mode           148    8 checksum         297   32 group name
//      108    8 owner          156    1 type             329    8 device major
//      116    8 group          157  100 link target      337    8 device minor
//      124   12 size           257    8 "ustar\0" "00"   345  155 name's prefix
//
// Numbers are octal text; a size over 8 GiB is base 256 with the first bit set (GNU). Content
// follows, padded to 512. Two zero blocks end the archive. Type `L` and `K` members hold the next
// member's long name and long target (GNU); `x` and `g` hold pax records "LENGTH KEY=VALUE\n".

#include <array>
#include <cstdint>
#include <string>

#include "liteship/image.h"

namespace liteship::tar {

constexpr std::size_t block_size = 512;
using Block = std::array<char, block_size>;

/// All blocks before the content: the header, and before it a long name and target when needed.
[[nodiscard]] std::string render_header(const TarEntry& entry);

/// Zeros that fill the last block of `size` bytes.
[[nodiscard]] std::uint64_t padding(std::uint64_t size);

/// A header as it stands in its block.
struct RawHeader {
  char type = '0';
  TarEntry entry;
};
/// Errors: Error{internal} when the checksum or a number is wrong.
[[nodiscard]] RawHeader parse_header(const Block& block);

[[nodiscard]] bool is_zero(const Block& block);

}  // namespace liteship::tar
