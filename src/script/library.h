#pragma once
// The shell functions of templates/phase, found by name.

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace liteship {

/// The text of every template file that the words of `body` need: a file is taken when a word of
/// `body`, or of a file already taken, is the name of one of its functions. Comments and
/// indentation are left out: they would only travel. In the order of the files' names, prelude.sh
/// first.
[[nodiscard]] std::string needed_functions(std::string_view body);

}  // namespace liteship
