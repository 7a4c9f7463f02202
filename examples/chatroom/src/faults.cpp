#include "faults.h"

#include "environment.h"

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

}  // namespace chatroom
