#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace chatroom {

/// Faults to inject with environment variables, for trying how a release tool copes with them.
/// A real app has none of this; nothing here is on unless its variable is set.
struct Faults {
  std::chrono::milliseconds migration_takes{0};  ///< MIGRATE_SLEEP_MS: holds the write lock so long
  bool migration_fails = false;                  ///< MIGRATE_FAIL=1: `migrate` exits with 4
  bool crash_at_boot = false;                    ///< CRASH_AT_BOOT=1: `serve` exits with 3
  bool unhealthy = false;                        ///< UNHEALTHY=1: /up answers 500
  bool jobs_fail_once = false;  ///< JOBS_FAIL_ONCE=1: the first try of every job fails
  std::string job_log;          ///< JOB_LOG=FILE: gets a line for every job that was done
};

[[nodiscard]] Faults load_faults();

/// As a step that rebuilds a large table would: everyone else's writes wait. Result: a line that
/// says so. Errors: sqlite::Error.
[[nodiscard]] std::string hold_write_lock(const std::filesystem::path& storage,
                                          std::chrono::milliseconds time);

constexpr int exit_crashed_at_boot = 3;
constexpr int exit_migration_failed = 4;

}  // namespace chatroom
