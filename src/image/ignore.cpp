// .dockerignore, as Docker reads it (moby/patternmatcher): one pattern a line, `#` comments, paths
// cleaned, a leading `/` means nothing; `*` `?` `[…]` stay within one part of the path, `**`
// crosses parts; a pattern that matches a directory matches all below it; the last match wins.

#include <algorithm>

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

bool match(std::string_view pattern, std::string_view path);

/// pattern starts with `**`: it stands for any number of whole parts, or at the end for anything.
bool match_double_star(std::string_view pattern, std::string_view path) {
  pattern.remove_prefix(2);
  if (!pattern.empty() && pattern[0] == '/') pattern.remove_prefix(1);
  if (pattern.empty()) return true;
  while (true) {
    if (match(pattern, path)) return true;
    const std::size_t slash = path.find('/');
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

bool match_star(std::string_view pattern, std::string_view path) {
  pattern.remove_prefix(1);
  while (true) {
    if (match(pattern, path)) return true;
    if (path.empty() || path[0] == '/') return false;
    path.remove_prefix(1);
  }
}

bool match(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (pattern.starts_with("**")) return match_double_star(pattern, path);
    if (pattern[0] == '*') return match_star(pattern, path);
    if (path.empty()) return false;
    if (pattern[0] == '[') {
      if (path[0] == '/' || !match_class(pattern, path[0])) return false;
    } else {
      const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
      if (escaped) pattern.remove_prefix(1);
      const bool any = !escaped && pattern[0] == '?' && path[0] != '/';
      if (!any && pattern[0] != path[0]) return false;
      pattern.remove_prefix(1);
    }
    path.remove_prefix(1);
  }
  return path.empty();
}

/// Does the pattern match the path or a directory above it?
bool match_or_above(std::string_view pattern, std::string_view path) {
  for (std::size_t end = path.find('/'); end != std::string_view::npos;
       end = path.find('/', end + 1)) {
    if (match(pattern, path.substr(0, end))) return true;
  }
  return match(pattern, path);
}

}  // namespace

IgnoreRules::IgnoreRules(std::string_view dockerignore) {
  if (dockerignore.starts_with("\xef\xbb\xbf")) dockerignore.remove_prefix(3);
  for (const std::string& line : split_lines(dockerignore)) {
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
