#pragma once
// What every fuzz target shares. How to run them: docs/contributing.md.

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "liteship/diagnostic.h"

namespace liteship::fuzz {

/// The target: defined once in each program. It may throw Error; any other exception, a signal, a
/// leak or a broken promise is a bug.
void run(std::string_view input);

/// A promise of the code under test.
inline void promise(bool kept, std::string_view what) {
  if (kept) return;
  std::cerr << "broken promise: " << what << "\n";
  std::abort();
}

/// run() as every caller of it does: what an Error says must be fit to be shown.
inline void run_one(std::string_view input) {
  try {
    run(input);
  } catch (const Error& error) {
    for (const Diagnostic& diagnostic : error.diagnostics()) (void)render(diagnostic, Color::on);
  }
}

/// Takes an input apart that stands for several files: they are divided by lines `%%`.
class Parts {
 public:
  explicit Parts(std::string_view input) : rest_(input) {}
  [[nodiscard]] bool more() const { return rest_.data() != nullptr; }
  /// The next part; "" when there is none.
  [[nodiscard]] std::string next() {
    constexpr std::string_view divider = "\n%%\n";
    const std::size_t end = rest_.find(divider);
    const std::string part(rest_.substr(0, end));
    rest_ = end == std::string_view::npos ? std::string_view() : rest_.substr(end + divider.size());
    return part;
  }

 private:
  std::string_view rest_;
};

}  // namespace liteship::fuzz
