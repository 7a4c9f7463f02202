#pragma once
// Calls of the docker client, shared inside the module.

#include <string>
#include <vector>

#include "liteship/process.h"

namespace liteship {

/// `options` for a program that looks for the engine.
[[nodiscard]] RunOptions for_engine(RunOptions options = {});

/// Gives an image one more tag. Errors: Error{release_failed}.
void add_tag(const std::string& image, const std::string& repository, const std::string& tag,
             Interrupts& interrupts);

/// Takes a tag off; the image stays as long as it has another one. Does not fail.
void remove_tag(const std::string& reference);

}  // namespace liteship
