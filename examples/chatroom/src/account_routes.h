#pragma once

#include <boost/asio/awaitable.hpp>

#include "app.h"
#include "input.h"

namespace chatroom {

// Signing up, in and out, as pages with forms. What is wrong with a form is said on its page, with
// 400, 403 (wrong name or password), 409 (name taken) or 429. Errors: NotReady, sqlite::Error.

[[nodiscard]] boost::asio::awaitable<Response> show_sign_up(App& app, const Request& request,
                                                            const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> sign_up(App& app, const Request& request,
                                                       const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> show_sign_in(App& app, const Request& request,
                                                            const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> sign_in(App& app, const Request& request,
                                                       const Target& target);
[[nodiscard]] boost::asio::awaitable<Response> sign_out(App& app, const Request& request,
                                                        const Target& target);

}  // namespace chatroom
