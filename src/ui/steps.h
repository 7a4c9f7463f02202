#pragma once
// The steps that have begun and not ended, with what a progress line needs to know of them.

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace liteship {

using Moment = std::chrono::steady_clock::time_point;

struct OpenStep {
  std::string id;
  std::string title;  // printable
  Moment began;
  std::uint64_t done = 0;   // bytes
  std::uint64_t total = 0;  // bytes; 0: unknown
};

/// Steps may overlap: an image is built here while the server is inspected.
class OpenSteps {
 public:
  void begin(const std::string& id, const std::string& title, Moment now);
  /// Takes the step out; one that never began gets its id as title.
  [[nodiscard]] OpenStep end(const std::string& id, Moment now);
  /// The open step with this id; begins it when there is none.
  [[nodiscard]] OpenStep& at(const std::string& id, Moment now);
  /// The step that began last, or null.
  [[nodiscard]] const OpenStep* latest() const;
  void clear() { steps_.clear(); }

 private:
  std::vector<OpenStep> steps_;
};

/// Milliseconds from `from` to `to`.
[[nodiscard]] std::int64_t elapsed_ms(Moment from, Moment to);

/// "(1.2 s)" or "(1.2 s, 45.0 MB)".
[[nodiscard]] std::string describe_duration(const OpenStep& step, Moment now);

/// "12.3 MB of 45.0 MB, 27 %, 8.1 MB/s"; what is unknown is left out; "" before the first byte.
[[nodiscard]] std::string describe_progress(const OpenStep& step, Moment now);

/// The first `width` characters of `text`; when some are cut off, the last one is `…`.
[[nodiscard]] std::string elide(std::string_view text, std::size_t width);

/// Characters of UTF-8 text. Wide ones count as one: titles are ours and have none.
[[nodiscard]] std::size_t width_of(std::string_view text);

}  // namespace liteship
