#include <algorithm>
#include <map>

#include "image/bytes.h"
#include "image/tar_header.h"

namespace liteship {
namespace {

// Names, link targets and pax records; what is longer is no tar that docker or git writes.
constexpr std::uint64_t text_limit = 1024 * 1024;

/// "30 path=…\n19 size=123\n" → {path, size}; only what is used, for a tar may repeat such members
/// without end.
std::map<std::string, std::string> parse_pax(std::string_view text) {
  std::map<std::string, std::string> records;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const auto length = parse_integer(text.substr(0, space));
    if (!length || *length < 1 || static_cast<std::size_t>(*length) > text.size() ||
        space == std::string_view::npos || static_cast<std::size_t>(*length) <= space + 1) {
      throw damaged("a tar archive holds a wrong pax record");
    }
    const auto end = static_cast<std::size_t>(*length);
    const std::string_view record = text.substr(space + 1, end - space - 2);
    for (const std::string_view key : {"path=", "linkpath=", "size="}) {
      if (record.starts_with(key)) {
        records[std::string(key.substr(0, key.size() - 1))] = record.substr(key.size());
      }
    }
    text.remove_prefix(end);
  }
  return records;
}

/// What earlier members say about the next one.
struct Overrides {
  std::map<std::string, std::string> records;  // path, linkpath, size
  void apply(TarEntry& entry) const {
    if (const auto it = records.find("path"); it != records.end()) entry.path = it->second;
    if (const auto it = records.find("linkpath"); it != records.end()) entry.target = it->second;
    if (const auto it = records.find("size"); it != records.end()) {
      const auto size = parse_integer(it->second);
      if (!size || *size < 0) throw damaged("a tar archive holds a wrong pax size");
      entry.size = static_cast<std::uint64_t>(*size);
    }
  }
};

}  // namespace

bool TarReader::read_block(std::span<char> block) {
  const std::size_t count = read_fully(source_, block);
  if (count != 0 && count != block.size()) throw damaged("a tar archive is cut short");
  return count != 0;
}

std::size_t TarReader::read(std::span<char> buffer) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
  if (wanted == 0) return 0;
  const std::size_t count = source_.read(buffer.first(wanted));
  if (count == 0) throw damaged("a tar archive is cut short");
  left_ -= count;
  return count;
}

std::string TarReader::read_text() {
  if (left_ > text_limit) throw damaged("a tar archive holds a name over 1 MiB");
  std::string text(static_cast<std::size_t>(left_), '\0');
  if (read_fully(*this, text) != text.size()) throw damaged("a tar archive is cut short");
  return text;
}

void TarReader::finish_entry() {
  std::array<char, 64 * 1024> waste{};
  while (left_ > 0) {
    if (read(waste) == 0) break;
  }
  if (padding_ > 0) {
    const auto rest = static_cast<std::size_t>(padding_);
    if (read_fully(source_, std::span(waste).first(rest)) != rest) {
      throw damaged("a tar archive is cut short");
    }
    padding_ = 0;
  }
}

std::optional<TarEntry> TarReader::next() {
  Overrides overrides;
  tar::Block block{};
  while (true) {
    finish_entry();
    if (!read_block(block) || tar::is_zero(block)) return std::nullopt;
    tar::RawHeader header = tar::parse_header(block);
    const bool is_meta = std::string_view("LKxg").find(header.type) != std::string_view::npos;
    if (!is_meta) overrides.apply(header.entry);
    const bool has_content =
        is_meta || header.entry.type == TarType::file || header.entry.type == TarType::other;
    left_ = has_content ? header.entry.size : 0;
    padding_ = tar::padding(left_);
    if (header.entry.type != TarType::file) header.entry.size = 0;
    if (!is_meta) return header.entry;
    const std::string text = read_text();
    const std::string name = text.substr(0, text.find('\0'));
    if (header.type == 'L') overrides.records["path"] = name;
    if (header.type == 'K') overrides.records["linkpath"] = name;
    if (header.type == 'x') overrides.records.merge(parse_pax(text));
  }
}

}  // namespace liteship
