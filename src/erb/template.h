#pragma once
// A template's tags, and the program that it becomes.

#include <string>
#include <string_view>
#include <vector>

#include "erb/syntax.h"

namespace liteship::erb {

/// A copy of source characters, or the `<%` that `<%%` stands for.
struct TextPart {
  std::string text;
  std::size_t source_begin = 0;
  std::size_t source_length = 0;
};

/// The template's own text between two tags.
using TemplateText = std::vector<TextPart>;

struct TemplateTag {
  ruby::Span source;           // of the tag, with `<%` and `%>`
  ruby::Span program;          // of its code
  std::size_t code_begin = 0;  // where its code begins in the source
  bool writes = false;         // `<%=`
  bool in_comment = false;     // on a line that is a comment for YAML
};

struct Template {
  std::vector<TemplateText> texts;
  std::vector<TemplateTag> tags;  // without comments
  std::string program;            // for the small evaluator
  std::string ruby_program;       // for Ruby: calls `_liteship.t(n)` and `_liteship.v(n, value)`
  std::vector<ruby::Span> unclosed;

  /// The tag whose code holds this place of the program, else the last one before it; null pointer
  /// when there is none.
  [[nodiscard]] const TemplateTag* tag_at(std::size_t place) const;
  /// A place of the program in the source; 0 when no tag holds it.
  [[nodiscard]] ruby::Span to_source(ruby::Span span) const;
};

/// Never fails; a tag without its end is noted.
[[nodiscard]] Template read_template(std::string_view source);

}  // namespace liteship::erb
