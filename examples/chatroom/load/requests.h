#pragma once

#include "client.h"

namespace chatroom::load {

/// GET of the newest messages.
[[nodiscard]] Request read_request();

/// POST of one message.
[[nodiscard]] Request write_request(const std::string& author, const std::string& client_id);

/// The name of connection `number` in a run; its client_ids append `-SEQUENCE`, for `verify`.
[[nodiscard]] std::string author_name(std::uint64_t seed, unsigned number);

}  // namespace chatroom::load
