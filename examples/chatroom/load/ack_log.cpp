#include "ack_log.h"

#include <stdexcept>

namespace chatroom::load {

AckLog::AckLog(const std::optional<std::string>& file) {
  if (!file) return;
  out_.open(*file, std::ios::app);
  if (!out_) throw std::runtime_error("cannot write " + *file);
}

void AckLog::add(const std::string& client_id) {
  if (out_.is_open()) out_ << client_id << std::endl;  // with a flush
}

}  // namespace chatroom::load
