// Stands in PATH as `docker` and runs the real one (/usr/bin/docker), so that a table can say how
// much of a release was Docker's own time. It becomes that program: same process, same signals,
// same exit status. A child watches until it is gone and adds one JSON line to $DOCKER_CLOCK, else
// to /tmp/docker-clock.jsonl: begin and end (seconds since 1970) and the first words.

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

namespace {

constexpr const char* real_docker = "/usr/bin/docker";

double now() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// Printable, and short enough for a table.
std::string words_of(int argc, char** argv) {
  std::string words;
  for (int i = 1; i < argc && i < 10; ++i) words += (i > 1 ? " " : "") + std::string(argv[i]);
  for (char& c : words) {
    if (c < ' ' || c == '"' || c == '\\' || c > '~') c = ' ';
  }
  return words.substr(0, 250);
}

/// In the child, which must hold nothing open that the other one had: locks, pipes, terminals.
void watch(pid_t docker, double begin, const std::string& words) {
  const char* named = std::getenv("DOCKER_CLOCK");
  const auto pid = static_cast<int>(::syscall(SYS_pidfd_open, docker, 0));
  const int kept = pid < 0 ? -1 : ::fcntl(pid, F_DUPFD, 100);
  ::syscall(SYS_close_range, 0, 99, 0);
  ::syscall(SYS_close_range, 101, ~0U, 0);
  ::setsid();
  pollfd end{kept, POLLIN, 0};
  if (kept >= 0) ::poll(&end, 1, -1);
  char line[512];
  const int size =
      std::snprintf(line, sizeof line, "{\"begin\":%.4f,\"end\":%.4f,\"words\":\"%s\"}\n", begin,
                    now(), words.c_str());
  const char* path = named != nullptr ? named : "/tmp/docker-clock.jsonl";
  const int log = ::open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (log >= 0) (void)!::write(log, line, static_cast<std::size_t>(size));
}

}  // namespace

int main(int argc, char** argv) {
  const double begin = now();
  const pid_t self = ::getpid();
  if (::fork() == 0) {
    watch(self, begin, words_of(argc, argv));
    ::_exit(0);
  }
  ::execv(real_docker, argv);
  std::perror(real_docker);
  return 127;
}
