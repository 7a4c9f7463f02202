#pragma once
// One run of the program on seams, which are the process's own or a test's.

#include <string>
#include <vector>

#include "cli/environment.h"

namespace liteship {

/// Runs the command line; returns the exit code. Throws nothing: every error is shown.
[[nodiscard]] int run_words(const std::vector<std::string>& words, const Seams& seams,
                            Interrupts& interrupts);

}  // namespace liteship
