#include <algorithm>
#include <cstring>

#include "image/bytes.h"
#include "image/tar_header.h"

namespace liteship {
namespace {

constexpr std::size_t end_size = 2 * tar::block_size;

class TarSource : public ByteSource {
 public:
  explicit TarSource(std::function<std::optional<TarPart>()> next) : next_(std::move(next)) {}

  std::size_t read(std::span<char> buffer) override {
    while (true) {
      if (at_ < text_.size()) return read_text(buffer);
      if (left_ > 0) return read_content(buffer);
      if (is_over_) return 0;
      step();
    }
  }

 private:
  std::size_t read_text(std::span<char> buffer) {
    const std::size_t count = std::min(buffer.size(), text_.size() - at_);
    std::memcpy(buffer.data(), text_.data() + at_, count);
    at_ += count;
    return count;
  }

  std::size_t read_content(std::span<char> buffer) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), left_));
    const std::size_t count = part_.content ? part_.content->read(buffer.first(wanted)) : 0;
    if (count == 0) throw damaged("`" + part_.entry.path + "` became shorter while it was read");
    left_ -= count;
    if (left_ == 0) {
      set_text(std::string(static_cast<std::size_t>(tar::padding(part_.entry.size)), '\0'));
    }
    return count;
  }

  void step() {
    part_ = TarPart{};
    if (auto part = next_()) {
      part_ = std::move(*part);
      left_ = part_.entry.type == TarType::file ? part_.entry.size : 0;
      set_text(tar::render_header(part_.entry));
    } else {
      is_over_ = true;
      set_text(std::string(end_size, '\0'));
    }
  }

  void set_text(std::string text) {
    text_ = std::move(text);
    at_ = 0;
  }

  std::function<std::optional<TarPart>()> next_;
  TarPart part_;
  std::string text_;  // header, padding or end
  std::size_t at_ = 0;
  std::uint64_t left_ = 0;  // content still to come
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> open_tar(std::function<std::optional<TarPart>()> next) {
  return std::make_unique<TarSource>(std::move(next));
}

}  // namespace liteship
