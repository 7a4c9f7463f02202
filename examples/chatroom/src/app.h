#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <functional>

#include "assets.h"
#include "databases.h"
#include "environment.h"
#include "faults.h"
#include "feed.h"
#include "passwords.h"
#include "presence.h"

namespace chatroom {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;

/// What the handlers work with. Borrowed; outlives every request.
struct App {
  const Environment& environment;
  const Faults& faults;
  const Assets& assets;
  Databases& databases;
  Bell& bell;   ///< rings when either feed has news
  Feed& feed;   ///< messages
  Feed& cable;  ///< events
  Presence& presence;
  Passwords& passwords;
  std::function<void()> jobs_added;  ///< wakes the worker
};

}  // namespace chatroom
