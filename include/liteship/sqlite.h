#pragma once
// The databases of an app: how far the replica is.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "liteship/config.h"
#include "liteship/event.h"
#include "liteship/remote.h"

namespace liteship {

enum class Verdict { current, lagging, diverged, unreachable, no_replicator };

/// "current", "lagging", …
[[nodiscard]] std::string verdict_name(Verdict verdict);

struct DatabaseStatus {
  std::string path;
  Verdict verdict = Verdict::unreachable;
  std::int64_t local_txid = 0;
  std::int64_t remote_txid = 0;
  std::optional<std::int64_t> newest;  // seconds since 1970: the newest object in the replica
  std::string error;                   // what the replica said, when it cannot be reached
};

/// One `fact database` (docs/protocol.md) → status.
/// The rule: docs/adr/0006-litestream.md; equal positions are current however old they are.
[[nodiscard]] DatabaseStatus parse_database_status(const FactFound& fact);

/// `deploy db status`: asks the replicator and the replica itself.
/// Errors: Error{usage} when nothing is replicated.
[[nodiscard]] std::vector<DatabaseStatus> run_database_status(const Config& config, Host& host,
                                                              const EventSink& events,
                                                              Interrupts& interrupts);

/// The exit code of `deploy db status`: 0 current · 1 lagging · 2 unreachable · 3 diverged ·
/// 4 replicator not running; the worst of all databases.
[[nodiscard]] int status_exit_code(const std::vector<DatabaseStatus>& databases);

/// A table for people; `now` in seconds since 1970.
[[nodiscard]] std::string render_status(const std::vector<DatabaseStatus>& databases,
                                        std::int64_t now);
[[nodiscard]] std::string status_json(const std::vector<DatabaseStatus>& databases);

}  // namespace liteship
