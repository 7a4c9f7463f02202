#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "image/bytes.h"
#include "liteship/image.h"

namespace liteship {
namespace {

constexpr int any_gzip_window_bits = 15 + 16;
constexpr int zstd_window_log_max = 27;  // what `zstd --long` writes; 128 MiB at most

class ZstdDecompressor : public ByteSource {
 public:
  explicit ZstdDecompressor(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), block_(stream_block), handle_(ZSTD_createDCtx()) {
    ZSTD_DCtx_setParameter(handle_.get(), ZSTD_d_windowLogMax, zstd_window_log_max);
  }

  std::size_t read(std::span<char> buffer) override {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size) in_ = {block_.data(), source_->read(block_), 0};
      if (in_.size == 0 && left_ == 0) return 0;
      const std::size_t before = in_.pos;
      left_ = ZSTD_decompressStream(handle_.get(), &out, &in_);
      if (ZSTD_isError(left_) != 0) throw damaged("a zstd stream is damaged");
      if (in_.size == 0 && out.pos == 0 && before == in_.pos) {
        throw damaged("a zstd stream is cut short");
      }
    }
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_DCtx* handle) const { ZSTD_freeDCtx(handle); }
  };

  std::unique_ptr<ByteSource> source_;
  std::vector<char> block_;
  std::unique_ptr<ZSTD_DCtx, Free> handle_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  std::size_t left_ = 1;  // 0: at a frame's end
};

class GzipDecompressor : public ByteSource {
 public:
  explicit GzipDecompressor(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), block_(stream_block) {
    if (inflateInit2(&stream_, any_gzip_window_bits) != Z_OK) throw damaged("zlib cannot start");
  }
  ~GzipDecompressor() override { inflateEnd(&stream_); }
  GzipDecompressor(const GzipDecompressor&) = delete;
  GzipDecompressor& operator=(const GzipDecompressor&) = delete;

  std::size_t read(std::span<char> buffer) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out == buffer.size()) {
      if (stream_.avail_in == 0) fill();
      if (stream_.avail_in == 0) {
        if (at_member_end_) return 0;
        throw damaged("a gzip stream is cut short");
      }
      if (at_member_end_) inflateReset(&stream_);  // gzip files may be joined
      const int result = inflate(&stream_, Z_NO_FLUSH);
      at_member_end_ = result == Z_STREAM_END;
      if (result != Z_OK && result != Z_STREAM_END) throw damaged("a gzip stream is damaged");
    }
    return buffer.size() - stream_.avail_out;
  }

 private:
  void fill() {
    stream_.avail_in = static_cast<uInt>(source_->read(block_));
    stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
  }

  std::unique_ptr<ByteSource> source_;
  std::vector<char> block_;
  z_stream stream_{};
  bool at_member_end_ = false;
};

/// Gives back the bytes that were read to recognise the format.
class Rejoined : public ByteSource {
 public:
  Rejoined(std::string head, std::unique_ptr<ByteSource> tail)
      : head_(std::move(head)), tail_(std::move(tail)) {}
  std::size_t read(std::span<char> buffer) override {
    if (at_ == head_.size()) return tail_->read(buffer);
    const std::size_t count = std::min(buffer.size(), head_.size() - at_);
    std::memcpy(buffer.data(), head_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string head_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> tail_;
};

}  // namespace

std::unique_ptr<ByteSource> decompress(std::unique_ptr<ByteSource> source) {
  using std::string_view_literals::operator""sv;
  std::string magic(4, '\0');
  magic.resize(read_fully(*source, magic));
  auto whole = std::make_unique<Rejoined>(magic, std::move(source));
  if (magic.starts_with("\x1f\x8b"sv)) return std::make_unique<GzipDecompressor>(std::move(whole));
  if (magic == "\x28\xb5\x2f\xfd"sv) return std::make_unique<ZstdDecompressor>(std::move(whole));
  return whole;
}

}  // namespace liteship
