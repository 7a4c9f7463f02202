#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "liteship/support.h"

namespace liteship {

static_assert(std::atomic<int>::is_always_lock_free, "raise() runs in signal handlers");

Interrupts::Interrupts() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Interrupts::~Interrupts() { close(fd_); }

void Interrupts::raise() noexcept {
  const int saved = errno;
  count_.fetch_add(1);
  const std::uint64_t one = 1;
  // It can fail only when the counter is full: then the descriptor is readable already.
  [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);
  errno = saved;
}

}  // namespace liteship
