#pragma once
// Node → C++ value. A value of the wrong kind leaves the target as it is: check.h has reported it.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/node.h"
#include "diagnostic/problems.h"
#include "liteship/config.h"

namespace liteship::config {

void read(const Node* node, std::string& target);
void read(const Node* node, bool& target);
void read(const Node* node, int& target);
void read(const Node* node, Port& target);
void read(const Node* node, std::chrono::seconds& target);
void read(const Node* node, std::chrono::milliseconds& target);
/// A list of texts, or one text.
void read(const Node* node, std::vector<std::string>& target);
void read(const Node* node, std::map<std::string, std::string>& target);
/// A list as value repeats the option.
void read(const Node* node, OptionList& target);

template <typename T>
void read(const Node* node, std::optional<T>& target) {
  if (node == nullptr) return;
  T value{};
  read(node, value);
  target = std::move(value);
}

/// A size in bytes.
void read_size(const Node* node, std::optional<std::uint64_t>& target);

/// Names of secrets, `NAME` or `NAME:SECRET`; bad names are reported.
[[nodiscard]] std::vector<SecretName> read_secret_names(const Node* node, Problems& problems);

/// The name of one secret; nothing when `node` is absent or no name.
[[nodiscard]] std::optional<SecretName> read_secret_name(const Node* node, Problems& problems);

/// Is it a key itself, in PEM or OpenSSH's format?
[[nodiscard]] bool is_private_key(std::string_view text);

/// `"a, b"` → a, b.
[[nodiscard]] std::vector<std::string> split_commas(const std::string& text);

}  // namespace liteship::config
