#pragma once
// Scalars of the configuration: text → value. Nothing when the text is not of that kind.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace liteship::config {

/// `true`, `yes`, `on`, `false`, `no`, `off`: YAML 1.1, which Kamal's parser reads.
[[nodiscard]] std::optional<bool> parse_flag(std::string_view text);

/// A whole number; `_` may stand between digits (`40_000_000`).
[[nodiscard]] std::optional<std::int64_t> parse_number(std::string_view text);

/// `30` (seconds), or numbers with units ms, s, m, h, d: `500ms`, `1h30m`. Not negative.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Bytes, or with a unit as Docker's (powers of 1024): `k`, `m`, `g`, also `kb`, `mb`, `gb`.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

/// Letters, digits, `-` and `_`, at least one, and no `-` in front: it would be an option.
[[nodiscard]] bool is_name(std::string_view text);

/// An image's name or a part of it: letters, digits and `.`, `_`, `-`, `/`, `:`, `@`, and a letter
/// or digit in front.
[[nodiscard]] bool is_image_text(std::string_view text);

/// Part of a command that runs on the server, a path or a name: no control characters.
[[nodiscard]] bool has_control(std::string_view text);

/// A variable's name: letters, digits and `_`, not beginning with a digit.
[[nodiscard]] bool is_variable_name(std::string_view text);

}  // namespace liteship::config
