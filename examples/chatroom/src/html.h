#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chatroom {

/// HTML that is escaped by construction: text gets in through text() only, and a tag's name and
/// attributes are literals of the program.
class Html {
 public:
  /// Adds markup. A literal: what a client sent cannot be one.
  template <std::size_t size>
  Html& markup(const char (&literal)[size]) {
    html_.append(literal, size - 1);
    return *this;
  }
  /// Adds text, whatever it looks like, fit for an element or a quoted attribute.
  Html& text(std::string_view text);
  Html& number(std::int64_t number) { return text(std::to_string(number)); }

  [[nodiscard]] const std::string& str() const { return html_; }

 private:
  std::string html_;
};

}  // namespace chatroom
