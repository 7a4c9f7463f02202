#include "image/tar_header.h"

#include <algorithm>
#include <string_view>

#include "image/bytes.h"

namespace liteship::tar {
namespace {

constexpr std::size_t name_size = 100;
constexpr std::uint64_t octal_limit = 1ULL << 33U;  // 11 octal digits: 8 GiB

void put_text(Block& block, std::size_t offset, std::string_view text) {
  std::copy(text.begin(), text.end(), block.begin() + static_cast<std::ptrdiff_t>(offset));
}

/// width includes the NUL that ends the number.
void put_octal(Block& block, std::size_t offset, std::size_t width, std::uint64_t value) {
  for (std::size_t i = width - 1; i-- > 0; value >>= 3U) {
    block[offset + i] = static_cast<char>('0' + (value & 7U));
  }
}

void put_number(Block& block, std::size_t offset, std::size_t width, std::uint64_t value) {
  if (value < octal_limit) return put_octal(block, offset, width, value);
  for (std::size_t i = width; i-- > 0; value >>= 8U) {
    block[offset + i] = static_cast<char>(value & 255U);
  }
  block[offset] = static_cast<char>(0x80);
}

unsigned checksum(const Block& block) {
  unsigned sum = 0;
  for (std::size_t i = 0; i < block_size; ++i) {
    const bool in_checksum = i >= 148 && i < 156;
    sum += in_checksum ? unsigned{' '} : static_cast<unsigned char>(block[i]);
  }
  return sum;
}

char type_letter(TarType type) {
  switch (type) {
    case TarType::directory:
      return '5';
    case TarType::symlink:
      return '2';
    case TarType::hardlink:
      return '1';
    default:
      return '0';
  }
}

std::string render_block(const TarEntry& entry, char type) {
  Block block{};
  put_text(block, 0, std::string_view(entry.path).substr(0, name_size));
  put_octal(block, 100, 8, entry.mode & 07777U);
  put_octal(block, 108, 8, 0);
  put_octal(block, 116, 8, 0);
  put_number(block, 124, 12, entry.size);
  put_octal(block, 136, 12, static_cast<std::uint64_t>(std::max<std::int64_t>(entry.mtime, 0)));
  block[156] = type;
  put_text(block, 157, std::string_view(entry.target).substr(0, name_size));
  put_text(block, 257, std::string_view("ustar\00000", 8));
  put_octal(block, 148, 7, checksum(block));
  block[155] = ' ';
  return {block.begin(), block.end()};
}

/// GNU's way for names over 100 bytes: a member whose content is the name and a NUL.
std::string render_long(char type, const std::string& text) {
  TarEntry entry;
  entry.path = "././@LongLink";
  entry.size = text.size() + 1;
  std::string blocks = render_block(entry, type) + text;
  blocks.append(1 + padding(entry.size), '\0');
  return blocks;
}

std::string take_text(const Block& block, std::size_t offset, std::size_t width) {
  const std::string_view field(block.data() + offset, width);
  return std::string(field.substr(0, field.find('\0')));
}

std::uint64_t take_number(const Block& block, std::size_t offset, std::size_t width) {
  std::uint64_t value = 0;
  if ((static_cast<unsigned char>(block[offset]) & 0x80U) != 0) {
    for (std::size_t i = 1; i < width; ++i) {
      value = (value << 8U) | static_cast<unsigned char>(block[offset + i]);
    }
    return value;
  }
  const std::string field = take_text(block, offset, width);
  for (const char c : trim(field)) {
    if (c < '0' || c > '7') throw damaged("a tar header holds a wrong number");
    value = (value << 3U) | static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

TarType type_of(char letter) {
  switch (letter) {
    case '\0':
    case '0':
    case '7':
      return TarType::file;
    case '1':
      return TarType::hardlink;
    case '2':
      return TarType::symlink;
    case '5':
      return TarType::directory;
    default:
      return TarType::other;
  }
}

}  // namespace

std::uint64_t padding(std::uint64_t size) { return (block_size - size % block_size) % block_size; }

bool is_zero(const Block& block) {
  return std::all_of(block.begin(), block.end(), [](char c) { return c == '\0'; });
}

std::string render_header(const TarEntry& entry) {
  std::string blocks;
  if (entry.path.size() > name_size) blocks += render_long('L', entry.path);
  if (entry.target.size() > name_size) blocks += render_long('K', entry.target);
  return blocks + render_block(entry, type_letter(entry.type));
}

RawHeader parse_header(const Block& block) {
  if (take_number(block, 148, 8) != checksum(block)) {
    throw damaged("a tar header has a wrong checksum");
  }
  RawHeader header;
  header.type = block[156];
  TarEntry& entry = header.entry;
  entry.type = type_of(header.type);
  entry.path = take_text(block, 0, name_size);
  const bool is_ustar = take_text(block, 257, 6) == "ustar" && block[263] == '0';
  if (is_ustar && block[345] != '\0') entry.path = take_text(block, 345, 155) + "/" + entry.path;
  entry.mode = static_cast<unsigned>(take_number(block, 100, 8));
  entry.size = take_number(block, 124, 12);
  entry.mtime = static_cast<std::int64_t>(take_number(block, 136, 12));
  entry.target = take_text(block, 157, name_size);
  return header;
}

}  // namespace liteship::tar
