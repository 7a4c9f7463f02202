#include "ssh/exchange.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace liteship::ssh {
namespace {

constexpr std::size_t piece_size = 64 * 1024;
constexpr int pieces_a_round = 32;  // then the other direction has its turn

// What an exec request adds to its command on the wire: header, padding, MAC (RFC 4253 §6, 4254
// §6.5).
constexpr std::size_t request_frame = 128;
// sshd takes no RekeyLimit that a login and a script reach.
constexpr std::uint64_t first_rekey = 64 * 1024;

/// Did libssh2 send the request just now? While keys are exchanged anew it sends that first, and
/// what is written to a channel before its program was asked for is thrown away by the server.
bool was_sent(std::uint64_t bytes, std::size_t line, const Transport& transport) {
  if (bytes < line || bytes >= line + request_frame) return false;
  return line >= request_frame || transport.arrived() < first_rekey;
}

}  // namespace

bool Exchange::wants_input() const {
  return !finished_ && pending_.size() - written_ < piece_size &&
         session_.transport().queued() < write_limit;
}

bool Exchange::start_some() {
  if (line_.empty()) return false;
  Transport& transport = session_.transport();
  const std::uint64_t before = transport.taken();
  const int code = session_.ask(channel_, [&] {
    return libssh2_channel_process_startup(channel_, "exec", 4, line_.data(),
                                           static_cast<unsigned>(line_.size()));
  });
  is_asked_ = is_asked_ || was_sent(transport.taken() - before, line_.size(), transport);
  if (code == LIBSSH2_ERROR_EAGAIN) return transport.taken() != before;
  broken_ = broken_ || code != 0;
  line_.clear();
  return true;
}

bool Exchange::write_some() {
  if (!may_write()) return false;
  bool moved = false;
  while (written_ < pending_.size() && session_.transport().queued() < write_limit) {
    const ssize_t count =
        libssh2_channel_write(channel_, pending_.data() + written_, pending_.size() - written_);
    // An error here means a program that takes no more: its EOF and CLOSE tell how it ended.
    if (count <= 0) break;
    written_ += static_cast<std::size_t>(count);
    moved = true;
  }
  if (written_ == pending_.size()) {
    pending_.clear();
    written_ = 0;
  }
  if (finished_ && pending_.empty() && !eof_sent_) {
    eof_sent_ = libssh2_channel_send_eof(channel_) != LIBSSH2_ERROR_EAGAIN;
    moved = true;
  }
  return moved;
}

bool Exchange::read_some(int stream, const OutputSink& sink) {
  std::array<char, piece_size> buffer;
  for (int i = 0; i < pieces_a_round; ++i) {
    const ssize_t count = libssh2_channel_read_ex(channel_, stream, buffer.data(), buffer.size());
    if (count <= 0) {
      broken_ = broken_ || (count < 0 && count != LIBSSH2_ERROR_EAGAIN);
      return i > 0;
    }
    if (sink) sink({buffer.data(), static_cast<std::size_t>(count)});
  }
  return true;
}

Round Exchange::round(const OutputSink& out, const OutputSink& err) {
  session_.tick();  // whoever sends for minutes never waits
  Transport& transport = session_.transport();
  const std::uint64_t before = transport.arrived();
  transport.begin_turn();
  bool moved = start_some();
  moved = write_some() || moved;
  moved = read_some(0, out) || moved;
  moved = read_some(SSH_EXTENDED_DATA_STDERR, err) || moved;
  const std::size_t queued = transport.queued();
  transport.flush();
  moved = moved || transport.queued() < queued || transport.arrived() != before;
  if (moved) return Round::moved;
  if (libssh2_channel_eof(channel_) != 0 && libssh2_channel_wait_closed(channel_) == 0) {
    return Round::ended;
  }
  if (transport.arrived() != before) return Round::moved;
  return broken_ || !transport.lost().empty() ? Round::lost : Round::idle;
}

int signal_number(std::string_view name) {
  static constexpr std::pair<std::string_view, int> names[] = {
      {"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"FPE", SIGFPE},   {"HUP", SIGHUP},   {"ILL", SIGILL},
      {"INT", SIGINT},   {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT}, {"SEGV", SIGSEGV},
      {"TERM", SIGTERM}, {"USR1", SIGUSR1}, {"USR2", SIGUSR2}};
  for (const auto& [text, number] : names) {
    if (text == name) return number;
  }
  return SIGKILL;  // a name we do not know is still no success
}

ChannelEnd channel_end(LIBSSH2_CHANNEL* channel) {
  char* name = nullptr;
  std::size_t size = 0;
  libssh2_channel_get_exit_signal(channel, &name, &size, nullptr, nullptr, nullptr, nullptr);
  if (name == nullptr) return {libssh2_channel_get_exit_status(channel), 0};
  const ChannelEnd end{0, signal_number({name, size})};
  // libssh2's allocator is the C library's. NOLINTNEXTLINE(cppcoreguidelines-*)
  std::free(name);
  return end;
}

}  // namespace liteship::ssh
