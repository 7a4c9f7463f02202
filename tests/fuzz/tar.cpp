// A tar, plain or packed. What was read can be written and reads back the same.
#include <memory>
#include <utility>
#include <vector>

#include "fuzz/checksums.h"
#include "fuzz/fuzz.h"
#include "liteship/image.h"

namespace liteship::fuzz {
namespace {

constexpr std::size_t enough = 4 * 1024 * 1024;  // of what a few bytes can unpack to

/// A text's bytes, a few at a time.
class Dripping : public ByteSource {
 public:
  explicit Dripping(std::string_view text) : text_(text) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), text_.size(), std::size_t{1000}});
    text_.copy(buffer.data(), count);
    text_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view text_;
};

void write_and_read(const TarEntry& entry) {
  const auto has_zero = [](const std::string& text) { return text.find('\0') != text.npos; };
  if (has_zero(entry.path) || has_zero(entry.target) || entry.type == TarType::other) return;
  TarEntry empty = entry;
  empty.size = 0;
  empty.mtime = 0;
  empty.mode &= 07777U;
  bool given = false;
  const auto tar = open_tar([&]() -> std::optional<TarPart> {
    if (std::exchange(given, true)) return std::nullopt;
    return TarPart{empty, nullptr};
  });
  TarReader reader(*tar);
  promise(reader.next() == empty, "a member that was written reads back as itself");
}

}  // namespace

void run(std::string_view input) {
  const std::string tar = with_checksums(input);
  const auto source = decompress(std::make_unique<Dripping>(tar));
  TarReader reader(*source);
  std::size_t count = 0;
  std::vector<char> buffer(7000);
  while (const auto entry = reader.next()) {
    write_and_read(*entry);
    if (entry->size % 2 == 1) continue;  // passed over by next()
    while (const std::size_t more = reader.read(buffer)) {
      if ((count += more) > enough) return;
    }
  }
}

}  // namespace liteship::fuzz
