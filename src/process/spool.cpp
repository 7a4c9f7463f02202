#include "process/spool.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

#include "process/failure.h"

namespace liteship {
namespace {

Fd open_unnamed(const std::filesystem::path& directory) {
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  // Not every file system has unnamed files: made with a name that is removed at once.
  std::string path = (directory / "layer.XXXXXX").string();
  Fd named(::mkostemp(path.data(), O_CLOEXEC));
  if (!named) throw system_failure("cannot write into `" + directory.string() + "`");
  ::unlink(path.c_str());
  return named;
}

class SpoolSource : public ByteSource {
 public:
  explicit SpoolSource(const Fd& file) : file_(file) {}
  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const ssize_t count = ::pread(file_.number(), buffer.data(), buffer.size(), at_);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_failure("cannot read a layer back");
      at_ += count;
      return static_cast<std::size_t>(count);
    }
  }

 private:
  const Fd& file_;
  off_t at_ = 0;
};

}  // namespace

Spool::Spool(const std::filesystem::path& directory) : file_(open_unnamed(directory)) {}

void Spool::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file_.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_failure("cannot keep a layer in the cache directory");
    size_ += static_cast<std::uint64_t>(count);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::unique_ptr<ByteSource> Spool::open() const { return std::make_unique<SpoolSource>(file_); }

std::string Spool::text(std::uint64_t limit) const {
  if (size_ > limit) throw failure(ErrorKind::release_failed, "an image's JSON is too long");
  std::string all(static_cast<std::size_t>(size_), '\0');
  const auto source = open();
  std::size_t at = 0;
  while (at < all.size()) {
    const std::size_t count = source->read(std::span(all).subspan(at));
    if (count == 0) break;
    at += count;
  }
  return all;
}

}  // namespace liteship
