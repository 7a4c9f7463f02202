#pragma once
// Names to addresses, with a deadline: getaddrinfo has none of its own and cannot be interrupted
// (10 to 60 s with a name server that does not answer), so it runs in a child that can be killed.

#include <netdb.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "liteship/support.h"
#include "ssh/handles.h"

namespace liteship::ssh {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
  [[nodiscard]] int family() const { return storage.ss_family; }
  [[nodiscard]] const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);  // what connect() wants
  }
};

using Resolver = decltype(&::getaddrinfo);

/// The addresses of `host`, in the order to try them; at least one.
/// Errors: Error{connection}: no such name, no answer within `seconds`; Error{interrupted}.
[[nodiscard]] std::vector<Address> look_up(const std::string& host, Port port, int seconds,
                                           Interrupts& interrupts,
                                           Resolver resolve = &::getaddrinfo);

}  // namespace liteship::ssh
