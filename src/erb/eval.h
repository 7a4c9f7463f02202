#pragma once
// Runs the tree of a template's program.

#include <functional>
#include <string>
#include <vector>

#include "erb/syntax.h"
#include "erb/world.h"

namespace liteship::erb::ruby {

/// Why an expression has no value.
struct Failure {
  bool unsupported = false;  // Ruby itself may know what it means
  std::string message;
  std::string help;
  Span span;
  bool operator==(const Failure& other) const {
    return message == other.message && span.begin == other.span.begin;
  }
};

/// Takes what the program writes.
struct Output {
  std::function<void(std::int64_t piece)> put_text;
  std::function<void(Span tag, const std::string& text)> put_value;
  /// A command ended with a status other than 0.
  std::function<void(Span command, int status)> command_failed;
};

/// What in the tree is beyond us, without running anything.
[[nodiscard]] std::vector<Failure> find_unknown(const Expression& program);

/// Runs all of it: a statement that fails does not keep the next from running, so that one run
/// finds every problem. Steps, texts and nesting are bounded.
[[nodiscard]] std::vector<Failure> run(const Expression& program, World& world,
                                       const Output& output);

}  // namespace liteship::erb::ruby
