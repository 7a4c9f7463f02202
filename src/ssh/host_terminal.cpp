// SshHost::run_terminal: what `ssh -t` does.

#include <array>
#include <cerrno>
#include <cstdlib>

#include "ssh/host.h"
#include "ssh/status.h"
#include "ssh/terminal.h"

namespace liteship::ssh {
namespace {

constexpr std::chrono::seconds request_limit{30};
constexpr std::chrono::seconds slice{60};  // each wait ends anyway: for keepalive, input, resize

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno != EINTR) return;  // our own terminal is gone; the session ends by HUP
    if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void read_keyboard(Exchange& exchange, bool& open) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
  if (count > 0) {
    exchange.feed({buffer.data(), static_cast<std::size_t>(count)});
  } else if (count == 0 || errno != EINTR) {
    exchange.finish_input();
    open = false;
  }
}

}  // namespace

CommandOutcome SshHost::run_terminal(const Command& command) {
  Interrupts none;  // in raw mode Ctrl-C is a byte for the remote program
  const InterruptWatch watch(none);
  ChannelHandle channel = take_channel(watch);
  if (!channel) return {-1, "", lost_reason()};
  const RawTerminal terminal;
  const auto ask = [&](auto request) {
    return session_->until([&] { return session_->ask(channel.get(), request); },
                           Clock::now() + request_limit, watch) == 0;
  };
  const std::string line = with_evidence(command);
  const std::string modes = terminal.modes();
  const char* variable = std::getenv("TERM");
  const std::string term = variable == nullptr ? "xterm" : variable;
  const WindowSize size = window_size(STDIN_FILENO);
  const bool started =
      (!terminal.is_terminal() || ask([&] {
        return libssh2_channel_request_pty_ex(
            channel.get(), term.data(), static_cast<unsigned>(term.size()), modes.data(),
            static_cast<unsigned>(modes.size()), size.columns, size.rows, 0, 0);
      })) &&
      ask([&] {
        return libssh2_channel_process_startup(channel.get(), "exec", 4, line.data(),
                                               static_cast<unsigned>(line.size()));
      });
  if (!started) return {-1, "", lost_reason()};
  return converse(channel.get(), terminal);
}

CommandOutcome SshHost::converse(LIBSSH2_CHANNEL* channel, const RawTerminal& terminal) {
  Interrupts none;
  const InterruptWatch watch(none);
  const auto out = [](std::string_view bytes) { write_all(STDOUT_FILENO, bytes); };
  const auto err = [](std::string_view bytes) { write_all(STDERR_FILENO, bytes); };
  Exchange exchange(*session_, channel);
  bool input_open = true;
  for (;;) {
    const Round round = exchange.round(out, err);
    if (round == Round::lost) return {-1, "", lost_reason()};
    if (round == Round::ended) return {status_from_evidence(channel_end(channel)), "", ""};
    if (round == Round::moved) continue;
    const int keyboard = input_open && exchange.wants_input() ? STDIN_FILENO : -1;
    std::array<pollfd, 2> fds{pollfd{keyboard, POLLIN, 0}, pollfd{terminal.resize_fd(), POLLIN, 0}};
    (void)session_->wait(Clock::now() + slice, watch, fds);
    if (fds[0].revents != 0) read_keyboard(exchange, input_open);
    if (fds[1].revents != 0) {
      terminal.take_resize();
      const WindowSize size = window_size(STDIN_FILENO);
      (void)libssh2_channel_request_pty_size(channel, size.columns, size.rows);
    }
  }
}

}  // namespace liteship::ssh
