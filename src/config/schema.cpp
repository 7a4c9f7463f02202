#include "config/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/value.h"
#include "config/yaml.h"

namespace liteship::config {
namespace {

struct Notes {
  Schema schema;
  bool any_name = false;
  bool or_list = false;
};

[[noreturn]] void fail(const std::string& message, const Location& where) {
  throw Error(ErrorKind::internal, Diagnostic{message, where, {}, {}, {}});
}

/// "1..65535", "1.." → the schema's range; false when `word` is none.
bool read_range(std::string_view word, Schema& schema) {
  const std::size_t dots = word.find("..");
  if (dots == std::string_view::npos) return false;
  schema.least = parse_integer(word.substr(0, dots));
  schema.most = parse_integer(word.substr(dots + 2));
  return schema.least.has_value();
}

bool read_choices(std::string_view word, Schema& schema) {
  if (word.find('|') == std::string_view::npos) return false;
  for (const std::string& choice : split(word, '|')) schema.choices.emplace_back(trim(choice));
  return true;
}

void read_note(std::string_view word, const Location& where, Notes& notes) {
  static const std::vector<std::pair<std::string_view, Format>> formats = {
      {"name", Format::name},       {"image", Format::image},       {"port", Format::port},
      {"seconds", Format::seconds}, {"duration", Format::duration}, {"size", Format::size},
      {"command", Format::command}};
  Schema& schema = notes.schema;
  const auto format = std::find_if(formats.begin(), formats.end(),
                                   [&](const auto& entry) { return entry.first == word; });
  if (format != formats.end()) {
    schema.format = format->second;
  } else if (word == "required") {
    schema.required = true;
  } else if (word == "at release") {
    schema.at_release = true;
  } else if (word == "any name") {
    notes.any_name = true;
  } else if (word == "or bool") {
    schema.boolean = true;
  } else if (word == "or text") {
    schema.text = true;
  } else if (word == "or list") {
    notes.or_list = true;
  } else if (word == "later") {
    schema.carried = Carried::later;
  } else if (word == "unused") {
    schema.carried = Carried::unused;
  } else if (word.starts_with("as ")) {
    schema.as = word.substr(3);
  } else if (!read_range(word, schema) && !read_choices(word, schema)) {
    fail(fmt::format("unknown word in brackets: `{}`", word), where);
  }
}

/// The words in brackets at the end of the key's line.
Notes read_notes(const Location& where) {
  Notes notes;
  const std::size_t begin = where.excerpt.find("# [");
  if (begin == std::string::npos) return notes;
  const std::size_t end = where.excerpt.find(']', begin);
  const std::string_view words = std::string_view(where.excerpt).substr(begin + 3, end - begin - 3);
  for (const std::string& word : split(words, ',')) read_note(trim(word), where, notes);
  return notes;
}

Schema read_value(const Node& node, const std::string& section);

void read_entry(const Entry& entry, const std::string& section, Schema& map) {
  Notes notes = read_notes(entry.where);
  Schema schema = read_value(entry.value, section);
  // Formats say what a text looks like; the example of a port or a time may be a bare number.
  if (notes.schema.format != Format::any && notes.schema.format != Format::name) {
    schema.integer = false;
    schema.text = true;
  }
  schema.add(notes.schema);
  if (notes.or_list) {
    const Schema item = schema;
    schema.list = true;
    schema.items = {item};
  }
  Schema holder;
  if (notes.any_name) {
    holder.other = {schema};
  } else {
    holder.fields = {{entry.key, schema}};
  }
  map.add(holder);
}

Schema read_value(const Node& node, const std::string& section) {
  Schema schema;
  schema.section = section;
  switch (node.kind) {
    case NodeKind::null:
      break;
    case NodeKind::scalar:
      schema.integer = !node.quoted && parse_number(node.text).has_value();
      schema.boolean = !node.quoted && (node.text == "true" || node.text == "false");
      schema.text = !schema.integer && !schema.boolean;
      break;
    case NodeKind::list:
      schema.list = true;
      schema.items.emplace_back();
      for (const Node& item : node.items) schema.items.front().add(read_value(item, section));
      break;
    case NodeKind::map:
      schema.map = true;
      for (const Entry& entry : node.entries) read_entry(entry, section, schema);
      break;
  }
  return schema;
}

}  // namespace

const Schema* Schema::find(std::string_view key) const {
  const auto found = std::find_if(fields.begin(), fields.end(),
                                  [&](const Field& field) { return field.name == key; });
  return found == fields.end() ? nullptr : &found->schema;
}

std::vector<std::string> Schema::keys() const {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

void Schema::add(const Schema& more) {
  text |= more.text;
  integer |= more.integer;
  boolean |= more.boolean;
  list |= more.list;
  map |= more.map;
  required |= more.required;
  at_release |= more.at_release;
  if (more.format != Format::any) format = more.format;
  if (!more.choices.empty()) choices = more.choices;
  if (more.least) least = more.least;
  if (more.most) most = more.most;
  if (more.carried != Carried::yes) carried = more.carried;
  if (!more.as.empty()) as = more.as;
  if (section.empty()) section = more.section;
  const auto add_only = [](std::vector<Schema>& mine, const std::vector<Schema>& theirs) {
    if (theirs.empty()) return;
    if (mine.empty()) mine.emplace_back();
    mine.front().add(theirs.front());
  };
  add_only(other, more.other);
  add_only(items, more.items);
  for (const Field& field : more.fields) {
    const auto same = std::find_if(fields.begin(), fields.end(),
                                   [&](const Field& mine) { return mine.name == field.name; });
    if (same == fields.end()) {
      fields.push_back(field);
    } else {
      same->schema.add(field.schema);
    }
  }
}

Schema read_schema(std::span<const EmbeddedFile> pages) {
  Schema root;
  root.section = "configuration";
  for (const EmbeddedFile& page : pages) {
    Problems problems;
    const std::vector<Node> documents =
        parse_yaml(erb::unchanged(std::string(page.path), std::string(page.text)), problems);
    if (!problems.errors.empty()) throw Error(ErrorKind::internal, problems.errors);
    for (const Node& document : documents) root.add(read_value(document, section_name(page.path)));
  }
  return root;
}

std::string section_name(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  return std::string(path.substr(0, path.find('.')));
}

}  // namespace liteship::config
