#pragma once
// Exit statuses with positive evidence: libssh2 says 0 when the server never sent one.

#include <string>

#include "liteship/shell.h"
#include "ssh/exchange.h"

namespace liteship::ssh {

/// `command` run by a shell that adds 1 to its exit status (255 stays), so that a real end is
/// never 0. Works under any login shell: its words are quoted for `sh -c`.
[[nodiscard]] std::string with_evidence(const Command& command);

/// The command's own status from how its channel ended: 128 + n for a signal, -1 for the 0 that
/// means "never sent". 254 and 255 cannot be told apart and read as 255.
[[nodiscard]] int status_from_evidence(const ChannelEnd& end);

}  // namespace liteship::ssh
