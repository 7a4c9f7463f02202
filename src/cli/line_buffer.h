#pragma once
// Bytes in, whole lines out.

#include <functional>
#include <string>
#include <string_view>

namespace liteship {

class LineBuffer {
 public:
  explicit LineBuffer(std::function<void(const std::string&)> take) : take_(std::move(take)) {}

  void add(std::string_view bytes) {
    for (;;) {
      const auto end = bytes.find('\n');
      unfinished_ += bytes.substr(0, end);
      if (end == std::string_view::npos) return;
      take_(unfinished_);
      unfinished_.clear();
      bytes.remove_prefix(end + 1);
    }
  }
  /// Passes a last line without an end on.
  void finish() {
    if (!unfinished_.empty()) take_(unfinished_);
    unfinished_.clear();
  }

 private:
  std::function<void(const std::string&)> take_;
  std::string unfinished_;
};

}  // namespace liteship
