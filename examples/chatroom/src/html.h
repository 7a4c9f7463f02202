#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chatroom {

/// HTML that is escaped by construction: markup is a constant of the program, known when it is
/// compiled, and whatever else gets in is escaped.
class Html {
 public:
  struct Constant {
    consteval Constant(const char* html) : text(html) {}
    std::string_view text;
  };

  Html& markup(Constant constant) {
    html_ += constant.text;
    return *this;
  }
  /// Adds text, whatever it looks like, fit for an element or a quoted attribute.
  Html& text(std::string_view text);
  Html& number(std::int64_t number) { return text(std::to_string(number)); }
  /// Adds a part that was made in the same way.
  Html& part(const Html& html) {
    html_ += html.html_;
    return *this;
  }

  [[nodiscard]] const std::string& str() const { return html_; }

 private:
  std::string html_;
};

}  // namespace chatroom
