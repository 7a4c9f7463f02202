// delay-line PORT HOST:PORT RTT_MS REPORT: a TCP line with a round-trip time, for one test network.
//
// Bytes are held for half the round-trip time in each direction, however many there are: throughput
// is not limited. Opening a connection costs a round trip as it does in TCP: the far end is only
// called when the client's third packet would be there.
//
// When a connection ends, one JSON line is added to REPORT: bytes up and down, seconds, and the
// round trips. These are counted as a chain of causes: what the client sends after it has got an
// answer is one trip later than that answer. A chain of n takes at least n times the round-trip
// time, whatever else is on the line (keepalives, windows, a stream in the other direction).

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "address.h"

namespace {

using Clock = std::chrono::steady_clock;
using Micros = std::chrono::microseconds;

constexpr std::size_t piece_size = 256 * 1024;
constexpr std::size_t queue_limit = 256 * 1024 * 1024;  // bytes held; 100 ms at 2.5 GB/s

struct Piece {
  Clock::time_point due;
  int trip = 0;
  std::vector<char> bytes;  // empty: the end
};

/// What both directions of a connection know about the order of things.
struct Trips {
  std::mutex mutex;
  int at_client = 1;  // opening the connection was one
  int at_server = 2;  // the server may speak first: its greeting answers the third packet

  int sent_by_client() {
    const std::lock_guard lock(mutex);
    return at_client + 1;
  }
  int sent_by_server() {
    const std::lock_guard lock(mutex);
    return at_server;
  }
  void reached_server(int trip) {
    const std::lock_guard lock(mutex);
    at_server = std::max(at_server, trip);
  }
  void reached_client(int trip) {
    const std::lock_guard lock(mutex);
    at_client = std::max(at_client, trip);
  }
};

/// One direction: a reader that stamps, a writer that waits.
class Direction {
 public:
  Direction(int from, int to, Clock::time_point not_before, Micros delay)
      : from_(from), to_(to), not_before_(not_before), delay_(delay) {}

  template <class Stamp>
  void read_all(Stamp stamp) {
    std::vector<char> buffer(piece_size);
    for (bool open = true; open;) {
      Piece piece;
      const ssize_t count = ::recv(from_, buffer.data(), buffer.size(), 0);
      open = count > 0;
      if (open) piece.bytes.assign(buffer.begin(), buffer.begin() + count);
      piece.trip = stamp();
      piece.due = std::max(Clock::now(), not_before_) + delay_;
      std::unique_lock lock(mutex_);
      held_ += piece.bytes.size();
      queue_.push_back(std::move(piece));
      changed_.notify_all();
      changed_.wait(lock, [&] { return held_ < queue_limit; });
    }
  }

  template <class Arrived>
  void write_all(Arrived arrived) {
    for (;;) {
      Piece piece = take();
      std::this_thread::sleep_until(piece.due);
      if (piece.bytes.empty()) {
        ::shutdown(to_, SHUT_WR);
        return;
      }
      arrived(piece.trip);
      bytes_ += piece.bytes.size();
      send_all(piece.bytes);
    }
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  Piece take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !queue_.empty(); });
    Piece piece = std::move(queue_.front());
    queue_.pop_front();
    held_ -= piece.bytes.size();
    changed_.notify_all();
    return piece;
  }

  /// A far end that takes no more is emptied into nothing: its own end will be seen.
  void send_all(const std::vector<char>& bytes) const {
    std::size_t done = 0;
    while (done < bytes.size()) {
      const ssize_t count = ::send(to_, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
      if (count <= 0) return;
      done += static_cast<std::size_t>(count);
    }
  }

  int from_;
  int to_;
  Clock::time_point not_before_;
  Micros delay_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Piece> queue_;
  std::size_t held_ = 0;
  std::size_t bytes_ = 0;
};

void no_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void serve(int client, const bench::Address& to, Micros rtt, const char* report) {
  const auto began = Clock::now();
  no_delay(client);
  std::this_thread::sleep_until(began + rtt + rtt / 2);
  const int server = bench::connect_to(to);
  if (server < 0) {
    ::close(client);
    return;
  }
  no_delay(server);
  Trips trips;
  Direction up(client, server, began + rtt, rtt / 2);
  Direction down(server, client, began, rtt / 2);
  {
    const std::jthread up_reader([&] { up.read_all([&] { return trips.sent_by_client(); }); });
    const std::jthread down_reader([&] { down.read_all([&] { return trips.sent_by_server(); }); });
    const std::jthread up_writer([&] { up.write_all([&](int t) { trips.reached_server(t); }); });
    down.write_all([&](int t) { trips.reached_client(t); });
    ::shutdown(client, SHUT_RDWR);  // a server that has ended reads no more
  }
  const std::chrono::duration<double> seconds = Clock::now() - began;
  ::close(client);
  ::close(server);
  if (std::FILE* file = std::fopen(report, "a")) {
    std::fprintf(file,
                 R"({"rtt_ms":%g,"round_trips":%d,"up":%zu,"down":%zu,"seconds":%.4f})"
                 "\n",
                 static_cast<double>(rtt.count()) / 1000, trips.at_client, up.bytes(), down.bytes(),
                 seconds.count());
    std::fclose(file);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: delay-line PORT HOST:PORT RTT_MS REPORT\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const bench::Address to = bench::parse_address(argv[2]);
  const Micros rtt(static_cast<long>(std::atof(argv[3]) * 1000));
  const int listener = bench::listen_on(std::atoi(argv[1]));
  if (listener < 0) {
    std::perror("delay-line: listen");
    return 1;
  }
  for (;;) {
    const int client = ::accept(listener, nullptr, nullptr);
    if (client >= 0) std::thread(serve, client, to, rtt, argv[4]).detach();
  }
}
