#include "script/library.h"

#include <algorithm>
#include <cctype>
#include <unordered_set>

#include "liteship/support.h"

namespace liteship {

std::span<const EmbeddedFile> embedded_script();

namespace {

using Words = std::unordered_set<std::string_view>;

struct Library {
  std::string_view path;
  std::string text;
  std::vector<std::string> functions;
  Words words;  // of the text
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

Words words_of(std::string_view text) {
  Words words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    if (!is_word(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    words.emplace(text.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

// "name() {" at the start of a line, as every template writes its functions.
std::string function_of(std::string_view line) {
  const std::size_t paren = line.find("() {");
  return paren == std::string_view::npos ? "" : std::string(line.substr(0, paren));
}

Library load(const EmbeddedFile& file) {
  Library library{file.path, "", {}, {}};
  for (const std::string& line : split_lines(file.text)) {
    const std::string_view code = trim(line);
    if (code.empty() || code.front() == '#') continue;
    if (std::string name = function_of(line); !name.empty()) library.functions.push_back(name);
    library.text.append(code).push_back('\n');
  }
  return library;
}

bool is_prelude(const Library& l) { return l.path.ends_with("/prelude.sh"); }

// Read once: a release renders half a dozen phases. The prelude comes first.
const std::vector<Library>& all_libraries() {
  static const std::vector<Library> libraries = [] {
    std::vector<Library> all;
    for (const EmbeddedFile& file : embedded_script()) all.push_back(load(file));
    std::stable_partition(all.begin(), all.end(), is_prelude);
    for (Library& library : all) library.words = words_of(library.text);
    return all;
  }();
  return libraries;
}

bool meet(const std::vector<std::string>& names, const Words& words) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return words.contains(name); });
}

}  // namespace

std::string needed_functions(std::string_view body) {
  const std::vector<Library>& libraries = all_libraries();
  Words wanted = words_of(body);
  std::vector<bool> taken(libraries.size(), false);
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < libraries.size(); ++i) {
      if (taken[i] || !(is_prelude(libraries[i]) || meet(libraries[i].functions, wanted))) continue;
      taken[i] = grew = true;
      wanted.insert(libraries[i].words.begin(), libraries[i].words.end());
    }
  }
  std::string text;
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (taken[i]) text += libraries[i].text;
  }
  return text;
}

}  // namespace liteship
