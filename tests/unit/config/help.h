#pragma once
// What every test of this module needs: parse a text, look at the errors.

#include <string>
#include <vector>

#include "liteship/config.h"

namespace liteship::test {

/// The smallest valid file; tests append to it.
inline const std::string minimal = "service: notes\nservers: [192.0.2.10]\n";

[[nodiscard]] inline ConfigInput input_of(std::string text) {
  ConfigInput input;
  input.base = {"deploy.yml", std::move(text)};
  return input;
}

[[nodiscard]] inline Config parse(std::string text) {
  return parse_config(input_of(std::move(text)));
}

/// The diagnostics of a file that must not load, or that no release can be made with.
[[nodiscard]] inline std::vector<Diagnostic> errors_of(const ConfigInput& input) {
  try {
    return parse_config(input).obstacles;
  } catch (const Error& error) {
    return error.diagnostics();
  }
}

[[nodiscard]] inline std::vector<Diagnostic> errors_of(std::string text) {
  return errors_of(input_of(std::move(text)));
}

/// Their messages, one per line.
[[nodiscard]] inline std::string messages(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += diagnostic.message + "\n";
  return text;
}

/// All of them as the person sees them.
[[nodiscard]] inline std::string shown(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) text += render(diagnostic, Color::off);
  return text;
}

}  // namespace liteship::test
