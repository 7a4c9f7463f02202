#pragma once
// What a configuration may hold, read out of docs/config/*.yml: the type of each example value, and
// the words in brackets after its key (docs/config/configuration.yml explains them).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "liteship/support.h"

namespace liteship::config {

enum class Format { any, name, image, port, seconds, duration, size, command };
enum class Carried { yes, later, unused };

struct Field;

/// One place's allowed values: the union of every example of it.
struct Schema {
  bool text = false;  // any scalar
  bool integer = false;
  bool boolean = false;
  bool list = false;
  bool map = false;
  Format format = Format::any;
  std::vector<std::string> choices;   // of a text
  std::optional<std::int64_t> least;  // of an integer
  std::optional<std::int64_t> most;   // of an integer
  bool required = false;              // in its map
  bool at_release = false;            // Kamal reads what is wrong here: no error, but an obstacle
  Carried carried = Carried::yes;
  std::string as;             // also everything that this key of the root may be
  std::string section;        // the page that tells about it
  std::vector<Field> fields;  // keys of a map
  std::vector<Schema> other;  // of every other key; empty: there are none
  std::vector<Schema> items;  // of a list; empty or one

  [[nodiscard]] const Schema* find(std::string_view key) const;
  [[nodiscard]] std::vector<std::string> keys() const;
  /// Allows what `more` allows, too.
  void add(const Schema& more);
};

struct Field {
  std::string name;
  Schema schema;
};

/// The schema of the whole file: every page adds its keys.
/// Errors: Error{internal} when a page is not YAML or a word in brackets is unknown.
[[nodiscard]] Schema read_schema(std::span<const EmbeddedFile> pages);

/// "docs/config/proxy.yml" → "proxy".
[[nodiscard]] std::string section_name(std::string_view path);

}  // namespace liteship::config
