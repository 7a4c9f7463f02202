#pragma once
// Text, values and nested keys as YAML.

#include <fmt/format.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "liteship/config.h"

namespace liteship::config {

/// In double quotes, control characters escaped.
[[nodiscard]] std::string in_double_quotes(const std::string& text);

/// Text of a deploy.yml: a plain scalar where it reads back as this very text, else in double
/// quotes, and `${` as `$${`.
[[nodiscard]] std::string yaml_scalar(const std::string& text);

/// Likewise where `${` stays as it is: in keys, and below `env`, `cmd`, `options`, `aliases`, where
/// it is a container's.
[[nodiscard]] std::string container_scalar(const std::string& text);

/// `NAME`, or `NAME:SECRET`.
[[nodiscard]] std::string secret_name(const SecretName& name);

/// Whole seconds as a number, else "250ms".
[[nodiscard]] std::string duration_text(std::chrono::milliseconds time);

/// Collects lines; begin() and end() indent.
class Writer {
 public:
  void begin(const std::string& key) {
    line(container_scalar(key) + ":");
    ++depth_;
  }
  void end() { --depth_; }
  void raw(const std::string& key, const std::string& value) {
    line(container_scalar(key) + ": " + value);
  }
  void put(const std::string& key, const std::string& value) { raw(key, yaml_scalar(value)); }
  void put(const std::string& key, const char* value) { raw(key, yaml_scalar(value)); }
  void put(const std::string& key, bool value) { raw(key, value ? "true" : "false"); }
  void put(const std::string& key, int value) { raw(key, fmt::format("{}", value)); }
  void put(const std::string& key, Port value) { raw(key, fmt::format("{}", value.number)); }
  void put(const std::string& key, std::uint64_t value) { raw(key, fmt::format("{}", value)); }
  void put(const std::string& key, std::chrono::milliseconds value) {
    raw(key, duration_text(value));
  }
  template <typename T>
  void put(const std::string& key, const std::optional<T>& value) {
    if (value) put(key, *value);
  }
  void put(const std::string& key, const std::vector<std::string>& values) {
    if (values.empty()) return raw(key, "[]");
    begin(key);
    for (const std::string& value : values) line("- " + yaml_scalar(value));
    end();
  }
  void put(const std::string& key, const std::map<std::string, std::string>& values) {
    if (values.empty()) return;
    begin(key);
    for (const auto& [name, value] : values) put(name, value);
    end();
  }
  void put(const std::string& key, const std::vector<SecretName>& names);
  void put(const std::string& key, const OptionList& options);
  void item(const std::string& text) { line("- " + text); }
  std::string take() { return std::move(out_); }

 private:
  void line(const std::string& text) {
    out_ += std::string(static_cast<std::size_t>(depth_) * 2, ' ') + text + "\n";
  }
  std::string out_;
  int depth_ = 0;
};

}  // namespace liteship::config
