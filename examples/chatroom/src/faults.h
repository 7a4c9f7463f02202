#pragma once

#include <chrono>

namespace chatroom {

/// Faults to inject with environment variables, for trying how a release tool copes with them.
/// A real app has none of this; nothing here is on unless its variable is set.
struct Faults {
  std::chrono::milliseconds migration_takes{0};  ///< MIGRATE_SLEEP_MS: holds the write lock so long
  bool migration_fails = false;                  ///< MIGRATE_FAIL=1: `migrate` exits with 4
  bool crash_at_boot = false;                    ///< CRASH_AT_BOOT=1: `serve` exits with 3
  bool unhealthy = false;                        ///< UNHEALTHY=1: /up answers 500
};

[[nodiscard]] Faults load_faults();

constexpr int exit_crashed_at_boot = 3;
constexpr int exit_migration_failed = 4;

}  // namespace chatroom
