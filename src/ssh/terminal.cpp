#include "ssh/terminal.h"

#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

struct ControlCode {
  char opcode;
  int index;
};
constexpr ControlCode control_codes[] = {{1, VINTR},     {2, VQUIT},    {3, VERASE}, {4, VKILL},
                                         {5, VEOF},      {8, VSTART},   {9, VSTOP},  {10, VSUSP},
                                         {12, VREPRINT}, {13, VWERASE}, {14, VLNEXT}};
struct Flag {
  char opcode;
  tcflag_t termios::*field;
  tcflag_t bit;
};
constexpr Flag flags[] = {{36, &termios::c_iflag, ICRNL},   {38, &termios::c_iflag, IXON},
                          {41, &termios::c_iflag, IMAXBEL}, {42, &termios::c_iflag, IUTF8},
                          {50, &termios::c_lflag, ISIG},    {51, &termios::c_lflag, ICANON},
                          {53, &termios::c_lflag, ECHO},    {54, &termios::c_lflag, ECHOE},
                          {55, &termios::c_lflag, ECHOK},   {59, &termios::c_lflag, IEXTEN},
                          {60, &termios::c_lflag, ECHOCTL}, {61, &termios::c_lflag, ECHOKE},
                          {70, &termios::c_oflag, OPOST},   {72, &termios::c_oflag, ONLCR}};

}  // namespace

WindowSize window_size(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return {};
  return {size.ws_col, size.ws_row};
}

std::string encode_modes(const termios& modes) {
  std::string out;
  for (const ControlCode& code : control_codes) {
    out += code.opcode;
    put_number(out, modes.c_cc[code.index]);
  }
  for (const Flag& flag : flags) {
    out += flag.opcode;
    put_number(out, (modes.*flag.field & flag.bit) != 0 ? 1 : 0);
  }
  return out + '\0';  // TTY_OP_END
}

RawTerminal::RawTerminal() {
  termios now{};
  if (::tcgetattr(STDIN_FILENO, &now) != 0) return;
  saved_ = now;
  sigset_t mask;
  sigemptyset(&mask);
  sigaddset(&mask, SIGWINCH);
  ::pthread_sigmask(SIG_BLOCK, &mask, &old_mask_);
  resized_ = Fd(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
  ::cfmakeraw(&now);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
}

RawTerminal::~RawTerminal() {
  if (!saved_) return;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*saved_);
  ::pthread_sigmask(SIG_SETMASK, &old_mask_, nullptr);
}

void RawTerminal::take_resize() const {
  signalfd_siginfo info;
  while (::read(resized_.get(), &info, sizeof info) > 0) {
  }
}

}  // namespace liteship::ssh
