#pragma once
// A layer on its way: a file without a name, so that it is gone with us however we end.

#include <filesystem>
#include <memory>

#include "liteship/support.h"
#include "process/fd.h"

namespace liteship {

class Spool {
 public:
  /// directory: exists; not in memory.
  explicit Spool(const std::filesystem::path& directory);
  void write(std::string_view bytes);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// From the start. The spool must outlive it; many may be open at once.
  [[nodiscard]] std::unique_ptr<ByteSource> open() const;
  /// All of it. Errors: Error{release_failed} over `limit` bytes.
  [[nodiscard]] std::string text(std::uint64_t limit) const;

 private:
  Fd file_;
  std::uint64_t size_ = 0;
};

}  // namespace liteship
