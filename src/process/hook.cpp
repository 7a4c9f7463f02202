#include <unistd.h>

#include "liteship/process.h"

namespace liteship {

HookResult run_hook(const std::filesystem::path& directory, const std::string& name,
                    const std::map<std::string, std::string>& environment, Interrupts& interrupts) {
  HookResult hook;
  std::error_code code;
  const std::filesystem::path path = std::filesystem::absolute(directory / name, code);
  if (!std::filesystem::is_regular_file(path, code) || ::access(path.c_str(), X_OK) != 0) {
    return hook;
  }
  RunOptions options;
  options.environment = environment;
  options.on_output = [&](std::string_view bytes) { hook.output += bytes; };
  hook.ran = true;
  hook.status = run_process(Command(path.string()), options, interrupts).status;
  return hook;
}

}  // namespace liteship
