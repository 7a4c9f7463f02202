#pragma once

#include "readers.h"
#include "writer.h"

namespace chatroom {

/// Every connection of this process. A task of a writer touches that writer's file only, so no one
/// holds the lock of one file while waiting for another's.
struct Databases {
  explicit Databases(const std::filesystem::path& storage)
      : app(storage, app_schema()),
        queue(storage, queue_schema()),
        cache(storage, cache_schema()),
        cable(storage, cable_schema()),
        readers(storage) {}

  Writer app;    ///< records: users, rooms, messages
  Writer queue;  ///< jobs
  Writer cache;  ///< what can be computed again
  Writer cable;  ///< what is of interest now: events, presence
  Readers readers;
};

}  // namespace chatroom
