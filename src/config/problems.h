#pragma once
// What is wrong with a configuration, collected so that one run reports everything.

#include <string>
#include <utility>
#include <vector>

#include "liteship/diagnostic.h"

namespace liteship::config {

struct Problems {
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> warnings;
  std::vector<Diagnostic> suspects;  // no error by itself, but perhaps why there is one
  std::vector<std::string> outputs;  // of commands in ERB: no message shows them

  void error(std::string message, Location where, std::string help = {}) {
    errors.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
  void warn(std::string message, Location where, std::string help = {}) {
    warnings.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
};

}  // namespace liteship::config
