#include "config/prepare.h"

#include <fmt/format.h>

#include "config/value.h"

namespace liteship::config {
namespace {

/// Kamal's files hold texts for a container's shell here: `${NAME}` is that one's to replace.
bool is_for_containers(const Entry& entry) {
  if (entry.key == "options") return entry.value.is(NodeKind::map);  // of `docker run`, of a log
  return entry.key == "env" || entry.key == "cmd" || entry.key == "aliases";
}

class Expander {
 public:
  Expander(const std::map<std::string, std::string>& environment, Problems& problems)
      : environment_(environment), problems_(problems) {}

  void expand(Node& node) {
    if (node.is(NodeKind::scalar)) node.text = expand_text(node);
    for (Node& item : node.items) expand(item);
    for (Entry& entry : node.entries) {
      const bool outside = !in_volumes_;
      if (entry.key == "volumes") in_volumes_ = true;
      if (!is_for_containers(entry)) expand(entry.value);
      if (outside) in_volumes_ = false;
    }
  }

 private:
  std::string expand_text(const Node& node);
  std::string value_of(std::string_view reference, const Node& node);

  const std::map<std::string, std::string>& environment_;
  Problems& problems_;
  bool in_volumes_ = false;  // where `${PWD}` and `${HOME}` are the server's
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
    if (!text.substr(at).starts_with("${")) {
      out += text[at++];
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == text.npos) {  // nor is there one for any later `${`
      out += replace_all(text.substr(at), "$${", "${");
      break;
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
  if (in_volumes_ && (name == "PWD" || name == "HOME")) return "${" + name + "}";
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

void expand_variables(Node& root, const std::map<std::string, std::string>& environment,
                      Problems& problems) {
  Expander(environment, problems).expand(root);
}

void drop_extensions(Node& root) {
  std::erase_if(root.entries, [](const Entry& entry) { return entry.key.starts_with("x-"); });
}

}  // namespace liteship::config
