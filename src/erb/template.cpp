#include "erb/template.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "liteship/support.h"

namespace liteship::erb {
namespace {

/// Joins its parts as ERB does, line by line: `a; b` and line ends.
class ProgramText {
 public:
  void push(std::string_view part) {
    if (!line_begin_) text_ += "; ";
    text_ += part;
    line_begin_ = false;
  }
  void end_line() {
    text_ += '\n';
    line_begin_ = true;
  }
  [[nodiscard]] std::size_t size() const { return text_.size() + (line_begin_ ? 0 : 2); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
  bool line_begin_ = true;
};

class TemplateReader {
 public:
  explicit TemplateReader(std::string_view source) : source_(source) {}
  Template read();

 private:
  std::size_t take_text();
  void take_tag();
  void add_text(std::size_t begin, std::size_t end, std::string_view text);
  void flush_text();
  void add_code(std::size_t begin, std::size_t code_begin, std::string_view code, char kind);
  [[nodiscard]] bool is_comment_line(std::size_t at);

  std::string_view source_;
  std::size_t at_ = 0;
  std::size_t looked_at_ = 0;   // by is_comment_line
  std::size_t first_word_ = 0;  // of the line there
  Template made_;
  TemplateText pending_;
  ProgramText program_;
  ProgramText ruby_program_;
};

/// Asked from the front to the back: one long line with many tags is looked through once.
bool TemplateReader::is_comment_line(std::size_t at) {
  const std::size_t last = source_.substr(looked_at_, at - looked_at_).rfind('\n');
  if (looked_at_ == 0 || last != std::string_view::npos) {
    const std::size_t begin = last == std::string_view::npos ? 0 : looked_at_ + last + 1;
    first_word_ = source_.find_first_not_of(" \t\r\v\f", begin);
  }
  looked_at_ = at;
  return first_word_ < at && source_[first_word_] == '#';
}

void TemplateReader::add_text(std::size_t begin, std::size_t end, std::string_view text) {
  if (!text.empty()) pending_.push_back({std::string(text), begin, end - begin});
  if (text == "\n") flush_text();  // so does ERB
}

/// All text up to a tag is one thing to write: a comment before it hides all of it.
void TemplateReader::flush_text() {
  if (pending_.empty()) return;
  // The program has as many lines as the template, for Ruby's own messages.
  std::string lines;
  for (const TextPart& part : pending_) {
    lines.append(static_cast<std::size_t>(std::count(part.text.begin(), part.text.end(), '\n')),
                 '\n');
  }
  const std::size_t number = made_.texts.size();
  program_.push(fmt::format("{}{}{}{}", ruby::text_mark, number, ruby::text_end, lines));
  ruby_program_.push(fmt::format("_liteship.t({}){}", number, lines));
  made_.texts.push_back(std::exchange(pending_, {}));
}

/// Up to the next tag's `<%`; blanks before `<%-` at a line's begin are left out. Where it is.
std::size_t TemplateReader::take_text() {
  std::size_t begin = at_;
  std::size_t at = at_;
  for (; at < source_.size(); ++at) {
    const bool line_begin = at == at_ || source_[at - 1] == '\n';
    if (line_begin) {
      const std::size_t word = source_.find_first_not_of(" \t", at);
      if (word != std::string_view::npos && source_.substr(word).starts_with("<%-")) {
        add_text(begin, at, source_.substr(begin, at - begin));
        return word;
      }
    }
    const std::string_view rest = source_.substr(at);
    if (rest.starts_with("<%%")) {
      add_text(begin, at, source_.substr(begin, at - begin));
      add_text(at, at + 3, "<%");
      at += 2;
      begin = at + 1;
      at_ = begin;
    } else if (rest.starts_with("<%")) {
      break;
    }
  }
  add_text(begin, at, source_.substr(begin, at - begin));
  return at;
}

void TemplateReader::add_code(std::size_t begin, std::size_t code_begin, std::string_view code,
                              char kind) {
  flush_text();
  if (kind == '#') {
    const auto lines = static_cast<std::size_t>(std::count(code.begin(), code.end(), '\n'));
    for (ProgramText* program : {&program_, &ruby_program_})
      program->push(std::string(lines, '\n'));
    return;
  }
  const bool ends_line = kind == ' ' && code.ends_with('\n');
  if (ends_line) code.remove_suffix(1);
  const std::size_t number = made_.tags.size();
  const std::string open = kind == '=' ? std::string{ruby::value_mark, '('} : "";
  const std::size_t program_begin = program_.size() + open.size();
  program_.push(open + std::string(code) + (kind == '=' ? ")" : ""));
  ruby_program_.push(kind == '=' ? fmt::format("_liteship.v({}, ({}))", number, code)
                                 : std::string(code));
  made_.tags.push_back({{begin, at_},
                        {program_begin, program_begin + code.size()},
                        code_begin,
                        kind == '=',
                        is_comment_line(begin)});
  if (!ends_line) return;
  program_.end_line();
  ruby_program_.end_line();
}

/// Stands at `<%`.
void TemplateReader::take_tag() {
  const std::size_t begin = at_;
  at_ += 2;
  char kind = ' ';
  if (at_ < source_.size() &&
      std::string_view("=#-").find(source_[at_]) != std::string_view::npos) {
    kind = source_[at_] == '-' ? ' ' : source_[at_];
    ++at_;
  }
  const std::size_t code_begin = at_;
  std::string code;
  for (;; ++at_) {
    const std::string_view rest = source_.substr(std::min(at_, source_.size()));
    if (rest.empty()) {
      made_.unclosed.push_back({begin, begin + 2});
      return;
    }
    if (rest.starts_with("%%>")) {
      code += "%>";
      at_ += 2;
      continue;
    }
    if (rest.starts_with("-%>") || rest.starts_with("%>")) break;
    code += source_[at_];
  }
  // Our own marks are no characters of a program; this one is unknown to everybody.
  for (const char mark : {ruby::text_mark, ruby::text_end, ruby::value_mark}) {
    std::replace(code.begin(), code.end(), mark, '\x04');
  }
  const bool trims = source_[at_] == '-';
  at_ += trims ? 3 : 2;
  add_code(begin, code_begin, code, kind);
  if (!trims) return;
  const std::string_view rest = source_.substr(at_);
  if (rest.starts_with("\r\n") || rest.starts_with("\n") || rest.empty()) {
    at_ += rest.empty() ? 0 : rest[0] == '\r' ? 2 : 1;
    program_.end_line();
    ruby_program_.end_line();
  }
}

Template TemplateReader::read() {
  while (at_ < source_.size()) {
    at_ = take_text();
    if (at_ < source_.size()) take_tag();
  }
  flush_text();
  made_.program = program_.take();
  made_.ruby_program = ruby_program_.take();
  return std::move(made_);
}

}  // namespace

const TemplateTag* Template::tag_at(std::size_t place) const {
  // The mark and the bracket before a value belong to its tag.
  const auto after = std::upper_bound(
      tags.begin(), tags.end(), place + 2,
      [](std::size_t at, const TemplateTag& tag) { return at < tag.program.begin; });
  if (after == tags.begin()) return nullptr;
  return &*std::prev(after);
}

ruby::Span Template::to_source(ruby::Span span) const {
  const TemplateTag* tag = tag_at(span.begin);
  if (tag == nullptr) return {};
  if (span.begin < tag->program.begin) return tag->source;
  if (span.begin > tag->program.end) return tag->source;
  const std::size_t end = std::min(span.end, tag->program.end);
  return {tag->code_begin + (span.begin - tag->program.begin),
          tag->code_begin + (end - tag->program.begin)};
}

Template read_template(std::string_view source) { return TemplateReader(source).read(); }

}  // namespace liteship::erb
