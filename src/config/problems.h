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

  void error(std::string message, Location where, std::string help = {}) {
    errors.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
  void warn(std::string message, Location where, std::string help = {}) {
    warnings.push_back({std::move(message), std::move(where), {}, {}, std::move(help)});
  }
};

}  // namespace liteship::config
