// .dockerignore, as Docker reads it (moby/patternmatcher): one pattern a line, `#` comments, paths
// cleaned, a leading `/` means nothing; `*` `?` `[…]` stay within one part of the path, `**`
// crosses parts; a pattern that matches a directory matches all below it; the last match wins.

#include <algorithm>
#include <utility>

#include "liteship/image.h"

namespace liteship {
namespace {

/// "/a//b/./c/../d/" → "a/b/d"; "" for what ends at or above the root.
std::string clean(std::string_view pattern) {
  std::vector<std::string> parts;
  for (const std::string& part : split(pattern, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

/// Matches one `[…]` at the start of `pattern` with `c`; moves `pattern` behind it.
bool match_class(std::string_view& pattern, char c) {
  pattern.remove_prefix(1);
  const bool negated = !pattern.empty() && (pattern[0] == '^' || pattern[0] == '!');
  if (negated) pattern.remove_prefix(1);
  bool found = false;
  for (bool first = true; !pattern.empty() && (first || pattern[0] != ']'); first = false) {
    if (pattern[0] == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
    const char low = pattern[0];
    char high = low;
    pattern.remove_prefix(1);
    if (pattern.size() > 1 && pattern[0] == '-' && pattern[1] != ']') {
      high = pattern[1];
      pattern.remove_prefix(2);
    }
    found = found || (low <= c && c <= high);
  }
  if (!pattern.empty()) pattern.remove_prefix(1);
  return found != negated;
}

/// Follows every way to match at once. Trying one after the other takes hours for a dozen stars;
/// this takes at most pattern × path.
class Matcher {
 public:
  explicit Matcher(std::string_view pattern) : pattern_(pattern) { enter(0); }

  /// Takes the path's next character.
  void advance(char c) {
    std::sort(places_.begin(), places_.end());
    places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
    const std::vector<std::size_t> before = std::exchange(places_, {});
    for (const std::size_t place : before) advance(place, c);
  }

  [[nodiscard]] bool matches() const {
    return takes_anything_ ||
           std::find(places_.begin(), places_.end(), pattern_.size()) != places_.end();
  }
  /// Whatever follows does not change whether it matches.
  [[nodiscard]] bool is_decided() const { return takes_anything_ || places_.empty(); }

 private:
  [[nodiscard]] bool is_double_star(std::size_t place) const {
    return pattern_.substr(place).starts_with("**");
  }

  /// Behind a `**` and the `/` after it; a second `**` there adds nothing.
  [[nodiscard]] std::size_t behind_double_star(std::size_t place) const {
    while (is_double_star(place)) {
      place += 2;
      if (place < pattern_.size() && pattern_[place] == '/') ++place;
    }
    return place;
  }

  /// The pattern up to `place` has matched; stars may match nothing.
  void enter(std::size_t place) {
    places_.push_back(place);
    if (place == pattern_.size() || pattern_[place] != '*') return;
    const bool is_double = is_double_star(place);
    const std::size_t next = is_double ? behind_double_star(place) : place + 1;
    if (is_double && next == pattern_.size()) takes_anything_ = true;
    enter(next);
  }

  void advance(std::size_t place, char c) {
    if (place == pattern_.size()) return;
    if (is_double_star(place)) {  // any number of whole parts
      places_.push_back(place);
      if (c == '/') enter(behind_double_star(place));
    } else if (pattern_[place] == '*') {
      if (c != '/') enter(place);
    } else if (pattern_[place] == '[') {
      std::string_view rest = pattern_.substr(place);
      if (c != '/' && match_class(rest, c)) enter(pattern_.size() - rest.size());
    } else {
      const bool escaped = pattern_[place] == '\\' && place + 1 < pattern_.size();
      if (escaped) ++place;
      const bool any = !escaped && pattern_[place] == '?' && c != '/';
      if (any || pattern_[place] == c) enter(place + 1);
    }
  }

  std::string_view pattern_;
  std::vector<std::size_t> places_;  // how far the pattern may have matched
  bool takes_anything_ = false;      // a `**` at its end was reached
};

/// Does the pattern match the path or a directory above it?
bool match_or_above(std::string_view pattern, std::string_view path) {
  Matcher matcher(pattern);
  for (const char c : path) {
    if (matcher.is_decided() || (c == '/' && matcher.matches())) break;
    matcher.advance(c);
  }
  return matcher.matches();
}

// What docker's own reader takes (bufio.MaxScanTokenSize of Go); a longer line is Error{usage}.
constexpr std::size_t longest_line = 64 * 1024;

[[noreturn]] void refuse_line(std::size_t number) {
  Diagnostic diagnostic;
  diagnostic.message = "a pattern of .dockerignore is longer than 64 kB";
  diagnostic.where = Location{".dockerignore", number, 0, 1, {}};
  throw Error(ErrorKind::usage, std::move(diagnostic));
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view dockerignore) {
  if (dockerignore.starts_with("\xef\xbb\xbf")) dockerignore.remove_prefix(3);
  std::size_t number = 0;
  for (const std::string& line : split_lines(dockerignore)) {
    ++number;
    if (line.size() >= longest_line) refuse_line(number);
    if (line.starts_with('#')) continue;
    std::string_view text = trim(line);
    Rule rule;
    rule.include = text.starts_with('!');
    if (rule.include) text = trim(text.substr(1));
    rule.pattern = clean(text);
    if (!rule.pattern.empty()) rules_.push_back(std::move(rule));
  }
}

bool IgnoreRules::ignores(std::string_view path) const {
  bool ignored = false;
  for (const Rule& rule : rules_) {
    // A rule that would change nothing need not be matched.
    if (rule.include == ignored && match_or_above(rule.pattern, path)) ignored = !rule.include;
  }
  return ignored;
}

bool IgnoreRules::may_descend(std::string_view directory) const {
  if (!ignores(directory)) return true;
  const std::string below = std::string(directory) + "/";
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    if (!rule.include) return false;
    const std::string_view whole = rule.pattern;
    const std::string_view literal = whole.substr(0, whole.find_first_of("*?[\\"));
    return literal.starts_with(below) || below.starts_with(literal);
  });
}

}  // namespace liteship
