#include "environment.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>

namespace chatroom {

std::string text_from_env(const char* name, const std::string& fallback) {
  const char* value = std::getenv(name);
  return value && *value ? value : fallback;
}

std::int64_t number_from_env(const char* name, std::int64_t fallback, std::int64_t most) {
  const std::string text = text_from_env(name, "");
  if (text.empty()) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > most) {
    throw std::runtime_error(
        fmt::format("{} must be a number in 0…{}, not `{}`", name, most, text));
  }
  return number;
}

Environment load_environment() {
  Environment environment;
  environment.port = static_cast<std::uint16_t>(number_from_env("PORT", 80, 65535));
  environment.storage = text_from_env("STORAGE_DIR", "/storage");
  environment.public_files = text_from_env("PUBLIC_DIR", "/public");
  environment.version = text_from_env("APP_VERSION", text_from_env("KAMAL_VERSION", "unknown"));
  environment.auto_migrate = text_from_env("AUTO_MIGRATE", "") == "1";
  return environment;
}

}  // namespace chatroom
