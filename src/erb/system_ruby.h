#pragma once
// ERB that only Ruby itself understands: the template's program goes through the system's `ruby`.

#include <optional>
#include <string>
#include <vector>

#include "erb/template.h"
#include "erb/world.h"

namespace liteship::erb {

/// One thing that the program wrote: a piece of the template's text, or a tag's value.
struct RubyPut {
  std::optional<std::size_t> text;
  std::size_t tag = 0;
  std::string value;
};

struct RubyRun {
  bool missing = false;              // there is no Ruby
  std::optional<std::string> error;  // what it said; without values where we can tell
  std::size_t line = 0;              // of the error, from 1; 0 when it is not known
  std::vector<RubyPut> puts;
};

/// Runs it in one process. What it sets in ENV is set in `world`, too.
[[nodiscard]] RubyRun run_ruby(const Template& made, const std::string& path, ruby::World& world);

}  // namespace liteship::erb
