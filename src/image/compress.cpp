#include <zlib.h>
#include <zstd.h>

#include "image/bytes.h"
#include "liteship/image.h"

namespace liteship {
namespace {

constexpr int zstd_level = 3;
// 16 MiB. 2^27 packs an image 4 % better still, but takes 128 MiB here and on a small server.
constexpr int zstd_window_log = 24;
constexpr int gzip_level = 1;
constexpr int gzip_window_bits = 15 + 16;  // 16: gzip's header instead of zlib's
constexpr int gzip_memory_level = 8;

class ZstdCompressor : public ByteSource {
 public:
  explicit ZstdCompressor(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), block_(stream_block), handle_(ZSTD_createCCtx()) {
    ZSTD_CCtx_setParameter(handle_.get(), ZSTD_c_compressionLevel, zstd_level);
    ZSTD_CCtx_setParameter(handle_.get(), ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(handle_.get(), ZSTD_c_windowLog, zstd_window_log);
    ZSTD_CCtx_setParameter(handle_.get(), ZSTD_c_checksumFlag, 1);
  }

  std::size_t read(std::span<char> buffer) override {
    ZSTD_outBuffer out{buffer.data(), buffer.size(), 0};
    while (out.pos == 0 && !is_over_) {
      if (in_.pos == in_.size && !is_last_) fill();
      const std::size_t left =
          ZSTD_compressStream2(handle_.get(), &out, &in_, is_last_ ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) throw damaged("zstd cannot compress the image");
      is_over_ = is_last_ && left == 0;
    }
    return out.pos;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* handle) const { ZSTD_freeCCtx(handle); }
  };

  void fill() {
    in_ = {block_.data(), source_->read(block_), 0};
    is_last_ = in_.size == 0;
  }

  std::unique_ptr<ByteSource> source_;
  std::vector<char> block_;
  std::unique_ptr<ZSTD_CCtx, Free> handle_;
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool is_last_ = false;
  bool is_over_ = false;
};

class GzipCompressor : public ByteSource {
 public:
  explicit GzipCompressor(std::unique_ptr<ByteSource> source)
      : source_(std::move(source)), block_(stream_block) {
    if (deflateInit2(&stream_, gzip_level, Z_DEFLATED, gzip_window_bits, gzip_memory_level,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
      throw damaged("zlib cannot start");
    }
  }
  ~GzipCompressor() override { deflateEnd(&stream_); }
  GzipCompressor(const GzipCompressor&) = delete;
  GzipCompressor& operator=(const GzipCompressor&) = delete;

  std::size_t read(std::span<char> buffer) override {
    stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream_.avail_out = static_cast<uInt>(buffer.size());
    while (stream_.avail_out == buffer.size() && !is_over_) {
      if (stream_.avail_in == 0 && !is_last_) fill();
      is_over_ = deflate(&stream_, is_last_ ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_END;
    }
    return buffer.size() - stream_.avail_out;
  }

 private:
  void fill() {
    const std::size_t count = source_->read(block_);
    stream_.next_in = reinterpret_cast<Bytef*>(block_.data());
    stream_.avail_in = static_cast<uInt>(count);
    is_last_ = count == 0;
  }

  std::unique_ptr<ByteSource> source_;
  std::vector<char> block_;
  z_stream stream_{};
  bool is_last_ = false;
  bool is_over_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> compress(std::unique_ptr<ByteSource> source, Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return std::make_unique<GzipCompressor>(std::move(source));
    case Compression::zstd:
      return std::make_unique<ZstdCompressor>(std::move(source));
    case Compression::none:
      break;
  }
  return source;
}

}  // namespace liteship
