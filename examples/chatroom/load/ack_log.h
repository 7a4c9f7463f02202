#pragma once

#include <fstream>
#include <optional>
#include <string>

namespace chatroom::load {

/// The client_ids of the writes that were acknowledged, one a line, for `verify`. Each is in the
/// file before the next request of its writer: we may be killed, too.
class AckLog {
 public:
  /// file: appended to; absent to keep no log. Errors: std::runtime_error when it cannot be
  /// written.
  explicit AckLog(const std::optional<std::string>& file);

  void add(const std::string& client_id);

 private:
  std::ofstream out_;
};

}  // namespace chatroom::load
