#pragma once
// A line of shell that needs no shell: words, quotes and backslashes.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liteship::secrets {

/// The words of a simple command, as a POSIX shell would split it.
/// Result: nothing when a quote is open or a character asks for a shell: | & ; < > ( ) $ ` outside
///         of quotes, $ and ` inside of double quotes.
[[nodiscard]] std::optional<std::vector<std::string>> split_words(std::string_view text);

}  // namespace liteship::secrets
