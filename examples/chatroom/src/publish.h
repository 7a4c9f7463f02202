#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "databases.h"
#include "feed.h"

namespace chatroom {

/// Publishes an event to whoever listens to a channel, in all processes.
/// cable: the feed of event_source(). payload: JSON on one line. Errors: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<void> publish(Databases& databases, Feed& cable,
                                                   std::string channel, std::string payload);

}  // namespace chatroom
