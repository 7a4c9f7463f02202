#pragma once
// The steps of a cut-over, and how each one is undone. A deploy starts a new container, a rollback
// a retained one; everything else is the same.

#include <string>
#include <vector>

#include "liteship/plan.h"

namespace liteship {

/// What one role changes from and to.
struct RoleChange {
  const Role* role = nullptr;
  std::string name;   // the container that will serve
  std::string old;    // the container that serves now; empty: none
  Command start;      // starts `name`
  std::string image;  // that `name` is made of
  std::string old_version;
  std::string displaced_to;  // `name` is taken: its container is renamed to this; empty: it is free
};

struct CutoverInput {
  std::vector<RoleChange> changes;  // the primary role first
  std::vector<std::string> stop;    // running containers that must not run afterwards
  std::string snapshot;             // its name; empty: none
  Command migrate;                  // no words: none
  std::string ledger_released;      // ledger lines without their last brace
  std::string ledger_failed;
  std::string audit;  // text for the audit log
  std::vector<std::string> prune_containers;
  std::vector<std::string> prune_images;
};

/// The detached phase `release`. hold only when something serves now: else there is nothing to
/// hold.
[[nodiscard]] Phase plan_cutover(const Config& config, const Request& request, const Facts& facts,
                                 Cutover cutover, const CutoverInput& input);

}  // namespace liteship
