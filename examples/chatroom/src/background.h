#pragma once

#include "app.h"
#include "worker.h"

namespace chatroom {

/// Does a job of any kind:
///   notify  looks at a new message: finds the links in it
///   trim    removes what is old: finished jobs, sessions, events, cache entries; hourly
/// Errors: std::runtime_error for an unknown kind; what the databases say.
[[nodiscard]] boost::asio::awaitable<void> perform(App& app, const Job& job);

}  // namespace chatroom
