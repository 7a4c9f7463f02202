#pragma once
// Streams for tests.

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>

#include "liteship/image.h"

namespace liteship::test {

/// Gives at most `step` bytes at a time, to find code that expects full buffers.
class SlowSource : public ByteSource {
 public:
  SlowSource(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), step_, text_.size() - at_});
    std::memcpy(buffer.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

inline std::unique_ptr<ByteSource> slow(std::string text, std::size_t step = 7) {
  return std::make_unique<SlowSource>(std::move(text), step);
}

inline std::string read_all(ByteSource& source) {
  std::string all;
  std::array<char, 10000> block{};
  while (const std::size_t count = source.read(block)) all.append(block.data(), count);
  return all;
}

inline std::string random_bytes(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

}  // namespace liteship::test
