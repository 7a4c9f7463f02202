#include <cstddef>

#include "liteship/support.h"

namespace liteship {
namespace {

/// One row of RFC 3629's table: lead bytes, the range of the second byte, bytes after the lead.
struct Form {
  unsigned char first, last, low, high;
  std::size_t more;
};
constexpr Form forms[] = {
    {0x00, 0x7f, 0x80, 0xbf, 0}, {0xc2, 0xdf, 0x80, 0xbf, 1}, {0xe0, 0xe0, 0xa0, 0xbf, 2},
    {0xe1, 0xec, 0x80, 0xbf, 2}, {0xed, 0xed, 0x80, 0x9f, 2}, {0xee, 0xef, 0x80, 0xbf, 2},
    {0xf0, 0xf0, 0x90, 0xbf, 3}, {0xf1, 0xf3, 0x80, 0xbf, 3}, {0xf4, 0xf4, 0x80, 0x8f, 3}};

/// Bytes of the character at the front of `text`; 0 when there is none.
std::size_t character_size(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (const Form& form : forms) {
    if (byte(0) < form.first || byte(0) > form.last) continue;
    if (text.size() <= form.more) return 0;
    if (form.more > 0 && (byte(1) < form.low || byte(1) > form.high)) return 0;
    for (std::size_t i = 2; i <= form.more; ++i) {
      if ((byte(i) & 0xc0U) != 0x80) return 0;
    }
    return form.more + 1;
  }
  return 0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace liteship
