#include "config/prepare.h"

#include <fmt/format.h>

#include "config/value.h"

namespace liteship::config {
namespace {

/// `<%= ENV["X"] %>` and `<%= ENV.fetch("X", "default") %>` as `${X}` and `${X:-default}`.
std::string erb_help(std::string_view tag) {
  std::vector<std::string> words;
  for (std::size_t at = 0; (at = tag.find_first_of("\"'", at)) != std::string_view::npos;) {
    const std::size_t end = tag.find(tag[at], at + 1);
    if (end == std::string_view::npos) break;
    words.emplace_back(tag.substr(at + 1, end - at - 1));
    at = end + 1;
  }
  const bool reads_variable = tag.starts_with("<%= ENV") && !words.empty() && words.size() <= 2 &&
                              is_variable_name(words.front());
  if (!reads_variable) return "write the value itself, or `${NAME}` for a variable of this machine";
  if (words.size() == 1) return fmt::format("write `${{{}}}` instead", words[0]);
  return fmt::format("write `${{{}:-{}}}` instead", words[0], words[1]);
}

std::size_t indent_of(const std::string& line) { return line.find_first_not_of(" -"); }

/// Whether a key `env:` encloses the line, judged by indentation: the text is not YAML yet.
bool is_below_env(const std::vector<std::string>& lines, std::size_t at) {
  std::size_t indent = indent_of(lines[at]);
  while (at-- > 0 && indent > 0) {
    const std::string_view text = trim(lines[at]);
    if (text.empty() || text.starts_with("#") || indent_of(lines[at]) >= indent) continue;
    if (text.starts_with("env:")) return true;
    indent = indent_of(lines[at]);
  }
  return false;
}

constexpr std::string_view env_help =
    "put the variable's name below `env.secret`: its value may come from this machine's "
    "environment";

class Expander {
 public:
  Expander(const std::map<std::string, std::string>& environment, Problems& problems)
      : environment_(environment), problems_(problems) {}

  void expand(Node& node) {
    if (node.is(NodeKind::scalar)) node.text = expand_text(node);
    for (Node& item : node.items) expand(item);
    for (Entry& entry : node.entries) {
      if (entry.key != "env") expand(entry.value);
    }
  }

 private:
  std::string expand_text(const Node& node);
  std::string value_of(std::string_view reference, const Node& node);

  const std::map<std::string, std::string>& environment_;
  Problems& problems_;
};

std::string Expander::expand_text(const Node& node) {
  const std::string_view text = node.text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("$${")) {
      out += "${";
      at += 3;
      continue;
    }
    const std::size_t end = text.substr(at).starts_with("${") ? text.find('}', at) : text.npos;
    if (end == text.npos) {
      out += text[at++];
      continue;
    }
    out += value_of(text.substr(at + 2, end - at - 2), node);
    at = end + 1;
  }
  return out;
}

std::string Expander::value_of(std::string_view reference, const Node& node) {
  const std::size_t dash = reference.find(":-");
  const std::string name(reference.substr(0, dash));
  Location where = node.where;
  if (const std::size_t at = where.excerpt.find("${" + name); at != std::string::npos) {
    where.column = at + 1;
    where.length = reference.size() + 3;
  }
  if (!is_variable_name(name)) {
    problems_.error(fmt::format("`${{{}}}` does not name a variable", reference), where,
                    "write `$${` for the text `${` itself");
    return {};
  }
  const auto found = environment_.find(name);
  if (found != environment_.end() && !(found->second.empty() && dash != reference.npos)) {
    return found->second;
  }
  if (dash != reference.npos) return std::string(reference.substr(dash + 2));
  problems_.error(fmt::format("the variable `{}` is not set", name), where,
                  fmt::format("set it, or give a default: `${{{}:-default}}`", name));
  return {};
}

}  // namespace

void reject_erb(const SourceText& source, Problems& problems) {
  const std::vector<std::string> lines = split_lines(source.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (trim(lines[i]).starts_with("#")) continue;
    const std::size_t begin = lines[i].find("<%");
    if (begin == std::string::npos) continue;
    const std::size_t close = lines[i].find("%>", begin);
    const std::size_t end = close == std::string::npos ? lines[i].size() : close + 2;
    problems.error(
        "ERB is not evaluated yet", {source.path, i + 1, begin + 1, end - begin, lines[i]},
        is_below_env(lines, i) ? std::string(env_help)
                               : erb_help(std::string_view(lines[i]).substr(begin, end - begin)));
  }
}

void expand_variables(Node& root, const std::map<std::string, std::string>& environment,
                      Problems& problems) {
  Expander(environment, problems).expand(root);
}

void drop_extensions(Node& root) {
  std::erase_if(root.entries, [](const Entry& entry) { return entry.key.starts_with("x-"); });
}

}  // namespace liteship::config
