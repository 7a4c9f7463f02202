#include "config/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "config/value.h"
#include "liteship/shell.h"

namespace liteship::config {
namespace {

std::string type_names(const Schema& schema) {
  std::vector<std::string> names;
  if (schema.text) names.emplace_back(schema.choices.empty() ? "text" : "one word");
  if (schema.integer) names.emplace_back("a whole number");
  if (schema.boolean) names.emplace_back("true or false");
  if (schema.list) names.emplace_back("a list");
  if (schema.map) names.emplace_back("a map of keys and values");
  return join(names, " or ");
}

std::string kind_text(const Node& node) {
  switch (node.kind) {
    case NodeKind::null:
      return "nothing";
    case NodeKind::scalar:
      return fmt::format("`{}`", node.text);
    case NodeKind::list:
      return "a list";
    case NodeKind::map:
      return "a map of keys and values";
  }
  return {};
}

/// What a text of this format must be; empty when `text` is.
std::string format_problem(const std::string& text, Format format) {
  switch (format) {
    case Format::any:
      return {};
    case Format::name:
      if (text.starts_with('-')) return "must not begin with `-`";
      return is_name(text) ? "" : "may hold only letters, digits, `-` and `_`";
    case Format::image:
      return is_image_text(text) ? "" : "is not an image's name, nor a part of one";
    case Format::port: {
      const auto number = parse_number(text);
      return number && *number >= 1 && *number <= 65535 ? "" : "must be a port, 1 to 65535";
    }
    case Format::seconds: {
      const auto time = parse_duration(text);
      const bool fits = time && time->count() % 1000 == 0 &&
                        time->count() / 1000 <= std::numeric_limits<int>::max();
      return fits ? "" : "must be whole seconds, such as `30` or `2m`";
    }
    case Format::duration:
      return parse_duration(text) ? "" : "must be a time, such as `30`, `500ms`, `90s` or `168h`";
    case Format::size:
      return parse_size(text) ? "" : "must be a size, such as `40_000_000` or `10m`";
    case Format::command:
      return split_words(text) ? "" : "must be a command whose quotes are closed";
  }
  return {};
}

std::string range_text(const Schema& schema) {
  if (!schema.most) return fmt::format("must be at least {}", *schema.least);
  return fmt::format("must be {} to {}", *schema.least, *schema.most);
}

std::string quoted_list(const std::vector<std::string>& words) {
  std::vector<std::string> quoted;
  for (const std::string& word : words) quoted.push_back(fmt::format("`{}`", word));
  return join(quoted, ", ");
}

class Checker {
 public:
  Checker(const Schema& root, Problems& problems) : root_(root), problems_(problems) {}

  void check_map(const Node& node, const Schema& schema, const std::string& path,
                 const Location& where);

 private:
  void check_value(const Node& node, const Schema& schema, const std::string& path,
                   const Location& key);
  void check_scalar(const Node& node, const Schema& schema, const std::string& path);
  void check_list(const Node& node, const Schema& schema, const std::string& path);
  void check_text(const Node& node, const Schema& schema, const std::string& path);
  void problem_with(const Schema& schema, std::string message, const Location& where,
                    std::string help);
  void wrong_type(const Node& node, const Schema& schema, const std::string& path,
                  const Location& key);
  void unknown_key(const Entry& entry, const Schema& schema, const std::string& path);
  void remark_carried(const Entry& entry, const Schema& schema, const std::string& path);
  [[nodiscard]] std::string help_for_key(const std::string& key, const Schema& schema) const;

  const Schema& root_;
  Problems& problems_;
};

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : path + "." + key;
}

std::string see(const Schema& schema) {
  return schema.section.empty() ? "" : fmt::format("run `deploy docs {}`", schema.section);
}

void Checker::problem_with(const Schema& schema, std::string message, const Location& where,
                           std::string help) {
  if (schema.at_release) {
    problems_.obstacle(std::move(message), where, std::move(help));
  } else {
    problems_.error(std::move(message), where, std::move(help));
  }
}

void Checker::wrong_type(const Node& node, const Schema& schema, const std::string& path,
                         const Location& key) {
  const Location& where = node.is(NodeKind::scalar) || key.line == 0 ? node.where : key;
  problems_.error(fmt::format("`{}` must be {}, not {}", path, type_names(schema), kind_text(node)),
                  where, see(schema));
}

void Checker::check_text(const Node& node, const Schema& schema, const std::string& path) {
  const std::vector<std::string>& choices = schema.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), node.text) == choices.end()) {
    const auto close = closest_match(node.text, choices);
    problem_with(
        schema,
        fmt::format("`{}` must be one of {}, not `{}`", path, quoted_list(choices), node.text),
        node.where, close ? fmt::format("did you mean `{}`?", *close) : "");
    return;
  }
  const std::string problem = format_problem(node.text, schema.format);
  if (!problem.empty()) {
    problem_with(schema, fmt::format("`{}` {}, not `{}`", path, problem, node.text), node.where,
                 see(schema));
  }
}

void Checker::check_scalar(const Node& node, const Schema& schema, const std::string& path) {
  if (schema.boolean && parse_flag(node.text)) return;
  if (schema.integer) {
    if (const auto number = parse_number(node.text)) {
      const bool low = schema.least && *number < *schema.least;
      const bool high =
          (schema.most && *number > *schema.most) || *number > std::numeric_limits<int>::max();
      if (low || (high && schema.most)) {
        problems_.error(fmt::format("`{}` {}, not {}", path, range_text(schema), *number),
                        node.where, see(schema));
      } else if (high || *number < std::numeric_limits<int>::min()) {
        problems_.error(fmt::format("`{}` is too large: {}", path, *number), node.where);
      }
      return;
    }
  }
  if (!schema.text) return wrong_type(node, schema, path, {});
  check_text(node, schema, path);
}

void Checker::check_list(const Node& node, const Schema& schema, const std::string& path) {
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    const std::string name = fmt::format("{}[{}]", path, i);
    if (item.is(NodeKind::null)) {
      problems_.error(fmt::format("`{}` is empty", name), item.where);
    } else if (!schema.items.empty()) {
      check_value(item, schema.items.front(), name, {});
    }
  }
}

void Checker::check_value(const Node& node, const Schema& plain, const std::string& path,
                          const Location& key) {
  Schema schema = plain;
  if (const Schema* same = plain.as.empty() ? nullptr : root_.find(plain.as)) {
    schema.section.clear();  // the page of the one that it is like
    schema.add(*same);
  }
  switch (node.kind) {
    case NodeKind::null:
      return;
    case NodeKind::scalar:
      return check_scalar(node, schema, path);
    case NodeKind::list:
      if (!schema.list) return wrong_type(node, schema, path, key);
      return check_list(node, schema, path);
    case NodeKind::map:
      if (!schema.map) return wrong_type(node, schema, path, key);
      return check_map(node, schema, path, key);
  }
}

std::string Checker::help_for_key(const std::string& key, const Schema& schema) const {
  std::string page = schema.section.empty()
                         ? ""
                         : fmt::format("run `deploy docs {}` for every key", schema.section);
  if (const auto close = closest_match(key, schema.keys())) {
    return fmt::format("did you mean `{}`? {}", *close, page);
  }
  for (const Field& field : root_.fields) {
    if (field.schema.find(key) != nullptr && &schema == &root_) {
      return fmt::format("`{}` belongs below `{}:`", key, field.name);
    }
  }
  if (&schema != &root_ && root_.find(key) != nullptr) {
    return fmt::format("`{}` belongs at the root of the file", key);
  }
  return page;
}

void Checker::unknown_key(const Entry& entry, const Schema& schema, const std::string& path) {
  problems_.error(path.empty() ? fmt::format("unknown key `{}`", entry.key)
                               : fmt::format("unknown key `{}` in `{}`", entry.key, path),
                  entry.where, help_for_key(entry.key, schema));
}

void Checker::remark_carried(const Entry& entry, const Schema& schema, const std::string& path) {
  if (schema.carried == Carried::yes) return;
  problems_.warn(fmt::format("`{}` is accepted, but {}", below(path, entry.key),
                             schema.carried == Carried::later ? "not carried out yet"
                                                              : "has no effect on one server"),
                 entry.where);
}

void Checker::check_map(const Node& node, const Schema& schema, const std::string& path,
                        const Location& where) {
  for (const Entry& entry : node.entries) {
    const Schema* field = schema.find(entry.key);
    if (field == nullptr && !schema.other.empty()) field = &schema.other.front();
    if (field == nullptr) {
      unknown_key(entry, schema, path);
      continue;
    }
    if (entry.value.is(NodeKind::null)) continue;
    remark_carried(entry, *field, path);
    check_value(entry.value, *field, below(path, entry.key), entry.where);
  }
  for (const Field& field : schema.fields) {
    if (field.schema.required && node.find(field.name) == nullptr) {
      problem_with(field.schema, fmt::format("`{}` is missing", below(path, field.name)),
                   where.line == 0 && !path.empty() ? node.where : where, see(field.schema));
    }
  }
}

}  // namespace

void check(const Node& root, const Schema& schema, const std::string& file, Problems& problems) {
  Checker(schema, problems).check_map(root, schema, "", Location{file, 0, 0, 1, {}});
}

}  // namespace liteship::config
