// What in a tree only Ruby itself knows.

#include <fmt/format.h>

#include "erb/interpreter.h"

namespace liteship::erb::ruby {
namespace {

bool is_known_call(const Expression& call) {
  const std::string& name = call.text;
  if (!call.has_receiver) return name == "require" || name == "raise" || name == "abort";
  if (call.block) return is_block_method(name);
  if (call.kids[0].kind == Kind::constant) return World::is_known_method(name);
  return name == "<<" || name == "[]=" || is_known_method(name);
}

void collect_unknown(const Expression& e, std::vector<Failure>& found) {
  const bool constant = e.kind == Kind::call && e.kids[0].kind == Kind::constant;
  if (e.kind == Kind::unknown) {
    found.push_back({true, e.text, {}, e.span});
  } else if (e.kind == Kind::constant || (constant && !World::is_known(e.kids[0].text))) {
    // A class as the argument of `raise` is only a name.
    found.push_back({true,
                     fmt::format("`{}`", e.kind == Kind::constant ? e.text : e.kids[0].text),
                     {},
                     e.span});
  } else if (e.kind == Kind::call && !is_known_call(e)) {
    found.push_back({true, fmt::format("`{}`", e.text), {}, e.span});
  }
  const bool raises = e.kind == Kind::call && !e.has_receiver && e.text == "raise";
  for (const Expression& kid : e.kids) {
    const bool named = kid.kind == Kind::constant && (raises || &kid == e.kids.data());
    if (!named) collect_unknown(kid, found);
  }
}

}  // namespace

std::vector<Failure> find_unknown(const Expression& program) {
  std::vector<Failure> found;
  collect_unknown(program, found);
  return found;
}

}  // namespace liteship::erb::ruby
