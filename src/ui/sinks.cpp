#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "liteship/ui.h"

namespace liteship {

void DescriptorSink::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw std::system_error(errno, std::generic_category(), "write");
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace liteship
