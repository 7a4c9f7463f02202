// Secrets files, one over the other, with commands that print what they are given.
#include "fuzz/fuzz.h"
#include "liteship/config.h"

namespace liteship::fuzz {
namespace {

constexpr std::string_view hidden = "Xy7-from-the-environment";

/// A program that tells everything it knows, and sometimes fails.
CommandResult run_command(const std::string& command) {
  return {static_cast<int>(command.size() % 3), command.substr(0, command.size() / 2), command};
}

void check_silence(const Error& error) {
  for (const Diagnostic& diagnostic : error.diagnostics()) {
    promise(render(diagnostic, Color::off).find(hidden) == std::string::npos,
            "no message holds a secret's value");
  }
}

}  // namespace

void run(std::string_view input) {
  Parts parts(input);
  std::vector<SourceText> files;
  while (parts.more() && files.size() < 3) files.push_back({"secrets", parts.next()});
  const std::vector<SecretName> needed = {{"PASSWORD", "PASSWORD", {}}, {"KEY", "OTHER", {}}};
  try {
    (void)resolve_secrets(files, {{"TOKEN", std::string(hidden)}}, run_command, needed);
  } catch (const Error& error) {
    check_silence(error);
    throw;
  }
}

}  // namespace liteship::fuzz
