#include "image/bytes.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "liteship/image.h"

namespace liteship {
namespace {

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min(buffer.size(), text_.size() - at_);
    std::memcpy(buffer.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> open_text(std::string text) {
  return std::make_unique<TextSource>(std::move(text));
}

std::size_t read_fully(ByteSource& source, std::span<char> buffer) {
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const std::size_t count = source.read(buffer.subspan(filled));
    if (count == 0) break;
    filled += count;
  }
  return filled;
}

Error damaged(std::string message) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  return Error(ErrorKind::internal, std::move(diagnostic));
}

}  // namespace liteship
