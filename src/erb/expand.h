#pragma once
// ERB with trim mode `-`, as Kamal reads its files.
//
//   <% code %>      runs                       <%= code %>   writes the value
//   <%# comment %>  nothing                    <%% , %%>     stand for <% , %>
//   <%- …           takes the blanks before it on its line   … -%>   takes the line's end behind it
//
// A template becomes one program, as in Ruby's own ERB, so that `<% if x %> … <% end %>` needs no
// rules of its own. The small evaluator (erb/eval.h) runs it; what it does not know, Ruby
// does, where there is one.

#include <string>
#include <vector>

#include "diagnostic/problems.h"
#include "erb/world.h"
#include "liteship/erb.h"

namespace liteship::erb {

/// Evaluates one file. Text without `<%` is given back as it is.
///
/// world:  is changed by what the file sets in ENV.
/// Result: the text that Kamal would read as YAML, and where each part of it comes from.
/// Errors: in `problems`, each with its place; the text is of no use then.
[[nodiscard]] Expanded expand_erb(const SourceText& source, ruby::World& world, Problems& problems);

}  // namespace liteship::erb
