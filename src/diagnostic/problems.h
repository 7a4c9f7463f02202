#pragma once
// What is wrong with a text that a person wrote, collected so that one run reports everything.

#include <string>
#include <utility>
#include <vector>

#include "liteship/diagnostic.h"

namespace liteship {

/// More than anybody repairs in one go; a hostile file would give one for each of its bytes.
constexpr std::size_t most_problems = 1000;

struct Problems {
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
  std::vector<Diagnostic> obstacles;  // readable, and yet nothing can be done with it
  std::vector<Diagnostic> suspects;   // no error by itself, but perhaps why there is one
  std::vector<std::string> outputs;   // of commands in ERB: no message shows them

  [[nodiscard]] bool enough() const { return errors.size() >= most_problems; }
  void error(std::string message, Location where, std::string help = {}) {
    if (enough()) return;
    errors.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
  void obstacle(std::string message, Location where, std::string help = {}) {
    if (obstacles.size() >= most_problems) return;
    obstacles.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
  void warn(std::string message, Location where, std::string help = {}) {
    if (warnings.size() >= most_problems) return;
    warnings.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
};

}  // namespace liteship
