// The smallest app that can be released: answers every request at once with 200 and its version, on
// port 3000. In an image from scratch it is all there is. `answer migrate` is its migration.

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "address.h"

namespace {

std::string answer_text() {
  std::string version;
  std::ifstream("/version") >> version;
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
         std::to_string(version.size() + 1) + "\r\n\r\n" + version + "\n";
}

/// One answer for each end of a request's header; there are no bodies.
void serve(int client, const std::string& text) {
  const int on = 1;
  ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char buffer[4096];
  std::string got;
  for (ssize_t count = 0; (count = ::recv(client, buffer, sizeof buffer, 0)) > 0;) {
    got.append(buffer, static_cast<std::size_t>(count));
    for (auto end = got.find("\r\n\r\n"); end != std::string::npos; end = got.find("\r\n\r\n")) {
      got.erase(0, end + 4);
      (void)!::send(client, text.data(), text.size(), MSG_NOSIGNAL);
    }
  }
  ::close(client);
}

/// The database is a file that the migration adds a line to.
int migrate() {
  std::ofstream database("/storage/app.sqlite3", std::ios::app);
  database << "migrated\n";
  return database ? 0 : 1;
}

void leave(int) { ::_exit(0); }

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "migrate") return migrate();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, leave);  // process 1 ends only on what it asks for
  const std::string text = answer_text();
  const int listener = bench::listen_on(3000);
  if (listener < 0) return 1;
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    if (client >= 0) std::thread(serve, client, std::cref(text)).detach();
  }
}
