#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app.h"

namespace chatroom {

/// The state of one component, for the curious. Its name and those of its values are in
/// /status.json, too.
struct Component {
  std::string name;   ///< records, jobs, cache or pubsub
  std::string about;  ///< what it is, in a sentence
  struct Value {
    std::string name;
    double number = 0;
  };
  std::vector<Value> values;
  std::string rows_title;
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  ///< details, only on its own page
};

// Errors of every function: NotReady, sqlite::Error.
[[nodiscard]] boost::asio::awaitable<Component> records_state(App& app);
[[nodiscard]] boost::asio::awaitable<Component> jobs_state(App& app);
[[nodiscard]] boost::asio::awaitable<Component> cache_state(App& app);
[[nodiscard]] boost::asio::awaitable<Component> pubsub_state(App& app);

}  // namespace chatroom
