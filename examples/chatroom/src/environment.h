#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace chatroom {

/// What the container gives the app. Every value has a default that is right in our image.
struct Environment {
  std::uint16_t port = 80;             ///< PORT; 0 lets the system choose one
  std::filesystem::path storage;       ///< STORAGE_DIR, default /storage: the volume
  std::filesystem::path public_files;  ///< PUBLIC_DIR, default /public
  std::string version;                 ///< APP_VERSION, else KAMAL_VERSION, else "unknown"
  bool auto_migrate = false;           ///< AUTO_MIGRATE=1: `serve` migrates first
};

/// Errors: std::runtime_error naming the variable.
[[nodiscard]] Environment load_environment();

[[nodiscard]] std::string text_from_env(const char* name, const std::string& fallback);
/// Errors: std::runtime_error unless the variable is unset or a whole number in 0…most.
[[nodiscard]] std::int64_t number_from_env(const char* name, std::int64_t fallback,
                                           std::int64_t most);

}  // namespace chatroom
