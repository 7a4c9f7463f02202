#pragma once
// The methods of each kind of value, as tables; one file makes each.

#include <functional>
#include <map>
#include <string>

#include "erb/methods.h"

namespace liteship::erb::ruby {

using Method = std::function<Outcome(const Value& self, const List& args)>;
using Methods = std::map<std::string, Method>;

[[nodiscard]] inline Outcome nothing() { return {Value{}, {}, {}}; }
[[nodiscard]] inline Outcome no_idea() { return {}; }

[[nodiscard]] Methods make_text_methods();
[[nodiscard]] Methods make_list_methods();
[[nodiscard]] Methods make_table_methods();
[[nodiscard]] Methods make_number_methods();
[[nodiscard]] Methods make_time_methods();

/// Whether a text is nothing but white space.
[[nodiscard]] bool is_blank_text(const std::string& text);

}  // namespace liteship::erb::ruby
