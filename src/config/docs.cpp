#include "config/docs.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/schema.h"
#include "liteship/config.h"

namespace liteship {
namespace {

// configuration.yml names the others in reading order.
constexpr std::string_view order_mark = "# Sections: ";

const EmbeddedFile* page_of(std::string_view section) {
  for (const EmbeddedFile& page : embedded_config()) {
    if (config::section_name(page.path) == section) return &page;
  }
  return nullptr;
}

std::vector<std::string> reading_order() {
  const EmbeddedFile* first = page_of("configuration");
  if (first == nullptr) return {};
  for (const std::string& line : split_lines(first->text)) {
    if (line.starts_with(order_mark)) return split(line.substr(order_mark.size()), ' ');
  }
  return {};
}

/// "# Proxy" → "Proxy".
std::string title_of(const EmbeddedFile& page) {
  return std::string(trim(split_lines(page.text).front().substr(1)));
}

std::string list_sections() {
  std::string text = "Sections of deploy.yml; `deploy docs SECTION` shows one.\n\n";
  for (const std::string& section : config_sections()) {
    text += fmt::format("  {:<14} {}\n", section, title_of(*page_of(section)));
  }
  return text;
}

}  // namespace

std::vector<std::string> config_sections() {
  std::vector<std::string> sections;
  for (const std::string& name : reading_order()) {
    if (page_of(name) != nullptr) sections.push_back(name);
  }
  for (const EmbeddedFile& page : embedded_config()) {
    const std::string name = config::section_name(page.path);
    if (std::find(sections.begin(), sections.end(), name) == sections.end()) {
      sections.push_back(name);
    }
  }
  return sections;
}

std::string config_docs(std::string_view section) {
  if (section.empty()) return list_sections();
  if (const EmbeddedFile* page = page_of(section)) return std::string(page->text);
  const std::vector<std::string> sections = config_sections();
  const auto close = closest_match(section, sections);
  throw Error(
      ErrorKind::usage,
      Diagnostic{fmt::format("there is no section `{}`", section),
                 std::nullopt,
                 {},
                 {},
                 close ? fmt::format("did you mean `{}`? run `deploy docs {}`", *close, *close)
                       : fmt::format("sections: {}", join(sections, ", "))});
}

}  // namespace liteship
