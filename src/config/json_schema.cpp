// The schema as editors know it (JSON Schema, draft 7): made of the same pages as the checks, so
// that neither says what the other does not.

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "config/docs.h"
#include "config/schema.h"
#include "config/yaml.h"
#include "liteship/config.h"

namespace liteship::config {
namespace {

using Json = nlohmann::ordered_json;

// What a file holds before ERB and variables are put in: no type is known there.
constexpr const char* filled_in = R"(<%|\$\{)";

constexpr const char* no_effect = "Has no effect on one server.";

/// What a page says of each key, by its path ("proxy.app_port"): the comment right above it and the
/// one on its line. A key of the root that has none is what the page is about.
class Descriptions {
 public:
  explicit Descriptions(std::span<const EmbeddedFile> pages) {
    for (const EmbeddedFile& page : pages) {
      lines_ = split_lines(page.text);
      Problems ignored;
      const auto file = erb::unchanged(std::string(page.path), std::string(page.text));
      for (const Node& document : parse_yaml(file, ignored)) read(document, "");
    }
  }

  [[nodiscard]] std::string of(const std::string& path) const {
    const auto found = texts_.find(path);
    return found == texts_.end() ? "" : found->second;
  }

 private:
  void read(const Node& node, const std::string& path) {
    for (const Entry& entry : node.entries) {
      const std::string below = path.empty() ? entry.key : path + "." + entry.key;
      const std::string text = text_of(entry.where);
      if (!text.empty()) texts_.emplace(below, text);
      if (text.empty() && path.empty()) texts_.emplace(below, about_page());
      // Under a name that is the writer's own, the path goes on as if it were not there.
      const bool own = entry.where.excerpt.find("# [any name") != std::string::npos;
      read(entry.value, own ? path : below);
    }
    for (const Node& item : node.items) read(item, path);
  }

  [[nodiscard]] std::string text_of(const Location& key) const {
    std::string text = comment_above(key.line);
    const std::string remark = remark_on(key.excerpt);
    if (!text.empty() && !remark.empty()) text += ' ';
    return text + remark;
  }

  /// "port: 22  # [port] unset: 22" → "unset: 22", "image: x  # [required]" → "required"
  [[nodiscard]] static std::string remark_on(const std::string& line) {
    const std::size_t begin = line.find("  # ");
    if (begin == std::string::npos) return {};
    std::string_view remark = trim(std::string_view(line).substr(begin + 3));
    if (!remark.starts_with('[')) return std::string(remark);
    const std::size_t end = remark.find(']');
    const bool required = remark.substr(0, end).find("required") != std::string_view::npos;
    remark = trim(remark.substr(end + 1));
    if (!required) return std::string(remark);
    return remark.empty() ? "required" : "required: " + std::string(remark);
  }

  /// The text below the page's title, to the first blank line.
  [[nodiscard]] std::string about_page() const {
    std::string text;
    for (std::size_t at = 2; at < lines_.size() && lines_[at].starts_with("# "); ++at) {
      text += (text.empty() ? "" : " ") + lines_[at].substr(2);
    }
    return text;
  }

  /// line: from 1, of the key.
  [[nodiscard]] std::string comment_above(std::size_t line) const {
    std::size_t first = line - 1;
    while (first > 0 && trim(lines_[first - 1]).starts_with("#")) --first;
    std::string text;
    for (std::size_t at = first; at + 1 < line; ++at) {
      const std::string_view words = trim(trim(lines_[at]).substr(1));
      if (words.empty()) {
        text.clear();  // a page's own text ends with an empty comment line
        continue;
      }
      if (!text.empty()) text += ' ';
      text += words;
    }
    return text;
  }

  std::vector<std::string> lines_;
  std::map<std::string, std::string> texts_;
};

Json pattern(const char* text) { return {{"type", "string"}, {"pattern", text}}; }

/// A text of this format.
void add_format(Format format, Json& forms) {
  switch (format) {
    case Format::any:
    case Format::image:
    case Format::command:
      forms.push_back({{"type", {"string", "number", "boolean"}}});
      return;
    case Format::name:
      forms.push_back(pattern("^[A-Za-z0-9_][A-Za-z0-9_-]*$"));
      forms.push_back({{"type", "integer"}});
      return;
    case Format::port:
      forms.push_back({{"type", "integer"}, {"minimum", 1}, {"maximum", 65535}});
      forms.push_back(pattern("^[0-9]{1,5}$"));
      return;
    case Format::seconds:
    case Format::duration:
      forms.push_back({{"type", "integer"}, {"minimum", 0}});
      forms.push_back(pattern("^([0-9][0-9_]*|([0-9]+(ms|s|m|h|d))+)$"));
      return;
    case Format::size:
      forms.push_back({{"type", "integer"}, {"minimum", 0}});
      forms.push_back(pattern("^([0-9][0-9_]*|[0-9]+([bB]|[kKmMgG][bB]?))$"));
      return;
  }
}

class Renderer {
 public:
  Renderer(const Schema& root, std::span<const EmbeddedFile> pages)
      : root_(root), descriptions_(pages) {}

  Json render() {
    Json file = render_map(root_, "");
    file["patternProperties"] = {{"^x-", Json::object()}};
    Json whole = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                  {"title", "deploy.yml"},
                  {"description", "Liteship's configuration; `deploy docs` explains it."}};
    whole.update(file);
    return whole;
  }

 private:
  Json render_value(const Schema& schema, const std::string& path) {
    Json value = Json::object();
    auto text = descriptions_.of(path);
    if (schema.carried == Carried::unused)
      text += (text.empty() ? "" : " ") + std::string(no_effect);
    if (!text.empty()) value["description"] = text;
    Json forms = forms_of(schema, path);
    if (forms.size() == 1) {
      value.update(forms.front());
    } else if (!forms.empty()) {
      value["anyOf"] = std::move(forms);
    }
    return value;
  }

  /// Everything that may stand here.
  Json forms_of(const Schema& schema, const std::string& path) {
    Json forms = Json::array();
    if (!schema.as.empty()) forms.push_back({{"$ref", "#/properties/" + schema.as}});
    if (!schema.choices.empty()) {
      forms.push_back({{"enum", schema.choices}});
    } else if (schema.text || schema.format != Format::any) {
      add_format(schema.format, forms);
    }
    if (schema.integer) forms.push_back(integer_of(schema));
    if (schema.boolean) forms.push_back({{"type", "boolean"}});
    const bool scalar = schema.text || schema.integer || schema.boolean;
    const bool anything = schema.text && schema.format == Format::any && schema.choices.empty();
    if (scalar && !anything) forms.push_back(pattern(filled_in));
    if (schema.list) forms.push_back(list_of(schema, path));
    if (schema.map) forms.push_back(render_map(schema, path));
    if (scalar || schema.list || schema.map) forms.push_back({{"type", "null"}});
    return forms;
  }

  static Json integer_of(const Schema& schema) {
    Json value = {{"type", "integer"}};
    if (schema.least) value["minimum"] = *schema.least;
    if (schema.most) value["maximum"] = *schema.most;
    return value;
  }

  Json list_of(const Schema& schema, const std::string& path) {
    Json list = {{"type", "array"}};
    if (!schema.items.empty()) list["items"] = item_of(schema.items.front(), path);
    return list;
  }

  /// An item's text would repeat the list's.
  Json item_of(const Schema& schema, const std::string& path) {
    Json item = render_value(schema, path);
    item.erase("description");
    return item;
  }

  /// Without what is required: a destination's file is laid over another one, and only both
  /// together must be complete.
  Json render_map(const Schema& schema, const std::string& path) {
    Json map = {{"type", "object"}};
    Json properties = Json::object();
    for (const Field& field : schema.fields) {
      const std::string below = path.empty() ? field.name : path + "." + field.name;
      properties[field.name] = render_value(field.schema, below);
    }
    if (!properties.empty()) map["properties"] = std::move(properties);
    map["additionalProperties"] =
        schema.other.empty() ? Json(false) : item_of(schema.other.front(), path);
    return map;
  }

  const Schema& root_;
  Descriptions descriptions_;
};

}  // namespace
}  // namespace liteship::config

namespace liteship {

std::string config_json_schema() {
  const auto pages = embedded_config();
  const config::Schema schema = config::read_schema(pages);
  return config::Renderer(schema, pages).render().dump(2) + "\n";
}

}  // namespace liteship
