#pragma once
// A tar header with a wrong checksum is refused at once, so random bytes would never get further.

#include <cstdio>
#include <string>
#include <string_view>

namespace liteship::fuzz {

/// `input` with the right checksum in every 512-byte block that looks like a ustar header; one
/// input in 16 stays as it is.
inline std::string with_checksums(std::string_view input) {
  constexpr std::size_t block = 512;
  std::string tar(input);
  if (tar.size() % 16 == 15) return tar;
  for (std::size_t at = 0; at + block <= tar.size(); at += block) {
    if (tar.compare(at + 257, 5, "ustar") != 0) continue;
    tar.replace(at + 148, 8, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < block; ++i) sum += static_cast<unsigned char>(tar[at + i]);
    char text[8];
    std::snprintf(text, sizeof text, "%06o", sum & 0777777U);
    tar.replace(at + 148, 7, text, 7);
  }
  return tar;
}

}  // namespace liteship::fuzz
