#pragma once

#include <boost/beast/http/status.hpp>
#include <stdexcept>
#include <string>

namespace chatroom {

using Status = boost::beast::http::status;

/// A request is understood and refused; what() tells its sender why.
class Refused : public std::runtime_error {
 public:
  Refused(Status status, const std::string& reason) : std::runtime_error(reason), status_(status) {}
  [[nodiscard]] Status status() const { return status_; }

 private:
  Status status_;
};

}  // namespace chatroom
