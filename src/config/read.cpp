#include "config/read.h"

#include <fmt/format.h>

#include <limits>

#include "config/ruby_scalar.h"
#include "config/value.h"

namespace liteship::config {
namespace {

bool is_scalar(const Node* node) { return node != nullptr && node->is(NodeKind::scalar); }

}  // namespace

void read(const Node* node, std::string& target) {
  if (is_scalar(node)) target = node->text;
}

void read(const Node* node, bool& target) {
  if (is_scalar(node)) target = parse_flag(node->text).value_or(target);
}

void read(const Node* node, int& target) {
  if (!is_scalar(node)) return;
  const auto number = parse_number(node->text);
  if (number && *number >= std::numeric_limits<int>::min() &&
      *number <= std::numeric_limits<int>::max()) {
    target = static_cast<int>(*number);
  }
}

void read(const Node* node, Port& target) {
  int number = 0;
  read(node, number);
  if (number >= 1 && number <= 65535) target = Port{static_cast<std::uint16_t>(number)};
}

void read(const Node* node, std::chrono::milliseconds& target) {
  if (is_scalar(node)) target = parse_duration(node->text).value_or(target);
}

void read(const Node* node, std::chrono::seconds& target) {
  std::chrono::milliseconds time = target;
  read(node, time);
  target = std::chrono::duration_cast<std::chrono::seconds>(time);
}

void read(const Node* node, std::vector<std::string>& target) {
  if (node == nullptr || node->is(NodeKind::map)) return;
  target.clear();
  if (is_scalar(node)) target.push_back(node->text);
  for (const Node& item : node->items) {
    if (item.is(NodeKind::scalar)) target.push_back(item.text);
  }
}

void read(const Node* node, std::map<std::string, std::string>& target) {
  if (node == nullptr) return;
  for (const Entry& entry : node->entries) {
    if (entry.value.is(NodeKind::scalar) || entry.value.is(NodeKind::null)) {
      target[entry.key] = ruby_text(entry.value);
    }
  }
}

void read(const Node* node, OptionList& target) {
  if (node == nullptr || !node->is(NodeKind::map)) return;
  target.clear();
  for (const Entry& entry : node->entries) {
    if (entry.value.is(NodeKind::scalar)) target.emplace_back(entry.key, ruby_text(entry.value));
    for (const Node& item : entry.value.items) {
      if (item.is(NodeKind::scalar)) target.emplace_back(entry.key, ruby_text(item));
    }
  }
}

void read_size(const Node* node, std::optional<std::uint64_t>& target) {
  if (is_scalar(node)) target = parse_size(node->text);
}

std::optional<SecretName> read_secret_name(const Node* node, Problems& problems) {
  if (!is_scalar(node)) return std::nullopt;
  const std::size_t colon = node->text.find(':');
  SecretName name{node->text.substr(0, colon), node->text.substr(0, colon), node->where};
  if (colon != std::string::npos) name.secret = node->text.substr(colon + 1);
  if (is_variable_name(name.name) && is_variable_name(name.secret)) return name;
  // Whatever stands here may be the secret itself: say nothing of it, show nothing of it.
  Location where = node->where;
  where.excerpt.clear();
  problems.error("this is not the name of a secret", where,
                 "write `NAME` or `NAME:SECRET`; the value belongs into the secrets file");
  return std::nullopt;
}

bool is_private_key(std::string_view text) {
  return text.find("PRIVATE KEY-----") != std::string_view::npos;
}

std::vector<SecretName> read_secret_names(const Node* node, Problems& problems) {
  std::vector<SecretName> names;
  if (node == nullptr) return names;
  for (const Node& item : node->items) {
    if (auto name = read_secret_name(&item, problems)) names.push_back(std::move(*name));
  }
  return names;
}

std::vector<std::string> split_commas(const std::string& text) {
  std::vector<std::string> pieces;
  for (const std::string& piece : split(text, ',')) {
    if (!trim(piece).empty()) pieces.emplace_back(trim(piece));
  }
  return pieces;
}

}  // namespace liteship::config
