#pragma once

#include <string>
#include <vector>

#include "options.h"

namespace chatroom::load {

/// What became of the writes that a server acknowledged.
struct Verdict {
  std::uint64_t acknowledged = 0;
  std::uint64_t messages = 0;             ///< in the database, whoever wrote them
  std::vector<std::string> missing;       ///< acknowledged and not there
  std::vector<std::string> repeated;      ///< there more than once
  std::vector<std::string> out_of_order;  ///< there before an earlier one of the same author

  [[nodiscard]] bool ok() const {
    return missing.empty() && repeated.empty() && out_of_order.empty();
  }
};

/// Compares the ack log with the messages in --db, else with GET /messages/export of --url.
/// Errors: std::runtime_error when either cannot be read to its end.
[[nodiscard]] Verdict verify(const Options& options);

[[nodiscard]] std::string render(const Verdict& verdict, Output output);

}  // namespace chatroom::load
