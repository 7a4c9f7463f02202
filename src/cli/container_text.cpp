#include "cli/container_text.h"

#include <fmt/format.h>

namespace liteship {

std::string describe_state(const Container* container) {
  if (container == nullptr) return "not there";
  if (container->paused) return "paused";
  if (container->running) return "running";
  return fmt::format("stopped, status {}", container->exit_code);
}

nlohmann::ordered_json container_json(const Container* container) {
  if (container == nullptr) return nullptr;
  return {{"name", container->name},       {"version", container->version},
          {"image", container->reference}, {"running", container->running},
          {"paused", container->paused},   {"exit_code", container->exit_code},
          {"started", container->started}};
}

}  // namespace liteship
