#include "cli/terminal.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include "liteship/ui.h"

namespace liteship {
namespace {

// A signal handler can reach nothing else: the one mutable object at namespace scope.
std::atomic<Interrupts*> raised = nullptr;

constexpr int patience = 3;  // interrupts that the program may handle in its own way

extern "C" void handle_signal(int) {
  auto* interrupts = raised.load();
  if (interrupts == nullptr || interrupts->count() >= patience) _exit(130);
  interrupts->raise();
}

void install(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;  // without SA_RESTART: a wait for input must end
  sigaction(signal, &action, nullptr);
}

class Terminal {
 public:
  Terminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC)) {}
  ~Terminal() {
    if (!ok()) return;
    if (silent_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
    close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  [[nodiscard]] bool ok() const { return descriptor_ >= 0; }
  void silence() {
    if (tcgetattr(descriptor_, &before_) != 0) return;
    auto quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent_ = tcsetattr(descriptor_, TCSAFLUSH, &quiet) == 0;
  }
  [[nodiscard]] std::optional<std::string> ask(const std::string& question) const {
    DescriptorSink sink(descriptor_);
    sink.write(question);
    std::string reply;
    char c = 0;
    for (;;) {
      if (read(descriptor_, &c, 1) != 1) return std::nullopt;
      if (c == '\n') break;
      reply += c;
    }
    if (silent_) sink.write("\n");
    return reply;
  }

 private:
  int descriptor_;
  termios before_{};
  bool silent_ = false;
};

}  // namespace

std::optional<std::string> ask_terminal(const std::string& question) {
  const Terminal terminal;
  if (!terminal.ok()) return std::nullopt;
  const auto reply = terminal.ask(question);
  if (!reply) return std::nullopt;
  return std::string(trim(*reply));
}

std::optional<Secret> ask_terminal_secret(const std::string& question) {
  Terminal terminal;
  if (!terminal.ok()) return std::nullopt;
  terminal.silence();
  auto reply = terminal.ask(question);
  if (!reply) return std::nullopt;
  return Secret(std::move(*reply));
}

bool has_terminal() { return Terminal().ok(); }

std::optional<std::string> read_stdin() {
  if (isatty(STDIN_FILENO) != 0) return std::nullopt;
  std::string text;
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t count = read(STDIN_FILENO, block.data(), block.size());
    if (count <= 0) return text;
    text.append(block.data(), static_cast<std::size_t>(count));
  }
}

SignalGuard::SignalGuard(Interrupts& interrupts) {
  raised = &interrupts;
  install(SIGINT, handle_signal);
  install(SIGTERM, handle_signal);
  install(SIGPIPE, SIG_IGN);
}

SignalGuard::~SignalGuard() {
  install(SIGINT, SIG_DFL);
  install(SIGTERM, SIG_DFL);
  raised = nullptr;
}

}  // namespace liteship
