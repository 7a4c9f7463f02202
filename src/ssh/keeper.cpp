#include "ssh/keeper.h"

#include <fmt/format.h>

namespace liteship::ssh {
namespace {

// A minute at the usual interval of 5 s: nobody waits longer for a lock of the dead, and a program
// that is stopped for a moment, or a slow network, is not taken for one.
constexpr int patience = 12;

// Its parent is the sshd process of this connection, which belongs to the user. 124 and 143 are how
// `timeout` ends (coreutils, busybox); no byte and no such end is a goodbye.
std::string keeper_command(std::chrono::seconds interval) {
  return fmt::format(
      R"(exec sh -c 'while :; do sign=$(timeout {} head -c 1); case $? in 124|143) kill "$PPID"; )"
      R"(exit;; esac; [ -n "$sign" ] || exit 0; done')",
      interval.count() * patience);
}

}  // namespace

void Keeper::start(Session& session, std::chrono::seconds interval) {
  const std::string command = keeper_command(interval);
  const int code = session.ask(channel_.get(), [&] {
    return libssh2_channel_process_startup(channel_.get(), "exec", 4, command.data(),
                                           static_cast<unsigned>(command.size()));
  });
  session.transport().flush();
  if (code == LIBSSH2_ERROR_EAGAIN) return;
  started_ = true;
  if (code == 0) return;
  give_up();
  channel_.reset();  // a program that runs there after all reads the end, which is a goodbye
}

void Keeper::tend(Session& session, ChannelHandle& spare, std::chrono::seconds interval) {
  if (refused_ || interval.count() == 0) return;
  if (!channel_) channel_ = std::move(spare);
  if (!channel_) return;
  if (!started_) return start(session, interval);
  if (Clock::now() < next_) return;
  next_ = Clock::now() + interval;
  // A full window means that nobody reads there any more; then there is nobody to tell.
  (void)libssh2_channel_write(channel_.get(), ".", 1);
  session.transport().flush();
}

}  // namespace liteship::ssh
