#include "faults.h"

#include <fmt/format.h>

#include <thread>

#include "environment.h"
#include "schema.h"

namespace chatroom {

Faults load_faults() {
  Faults faults;
  faults.migration_takes =
      std::chrono::milliseconds(number_from_env("MIGRATE_SLEEP_MS", 0, 600'000));
  faults.migration_fails = text_from_env("MIGRATE_FAIL", "") == "1";
  faults.crash_at_boot = text_from_env("CRASH_AT_BOOT", "") == "1";
  faults.unhealthy = text_from_env("UNHEALTHY", "") == "1";
  faults.jobs_fail_once = text_from_env("JOBS_FAIL_ONCE", "") == "1";
  faults.job_log = text_from_env("JOB_LOG", "");
  return faults;
}

std::string hold_write_lock(const std::filesystem::path& storage, std::chrono::milliseconds time) {
  auto db = open_database(storage / app_schema().file, Access::write);
  sqlite::WriteTransaction transaction(db);
  std::this_thread::sleep_for(time);
  transaction.commit();
  return fmt::format("MIGRATE_SLEEP_MS: held the write lock for {} ms", time.count());
}

}  // namespace chatroom
