// steady-load HOST:PORT NAME RATE CONNECTIONS UNTIL_FILE: GET / of the site NAME, RATE times a
// second in all, until the file is there. Prints one line of JSON.
//
// Every request has a time when it is due, whether the one before has been answered or not, and is
// counted from then: a server that stalls cannot make the load wait for it politely. The
// connections are kept, one request on each at a time. A failure is anything but a whole answer
// with status 200.

#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "address.h"

namespace {

using Clock = std::chrono::steady_clock;

struct Result {
  std::vector<float> milliseconds;
  std::map<std::string, long> failures;  // by what was seen
};

class Connection {
 public:
  explicit Connection(bench::Address to) : to_(std::move(to)) {}
  ~Connection() { drop(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// "" when it was answered with 200, else what went wrong.
  std::string ask(const std::string& request) {
    if (fd_ < 0) fd_ = bench::connect_to(to_);
    if (fd_ < 0) return "connect";
    const timeval limit{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size())) {
      return drop("send");
    }
    return read_answer();
  }

 private:
  std::string read_answer() {
    std::string text;
    char buffer[4096];
    for (;;) {
      const auto end = text.find("\r\n\r\n");
      if (end != std::string::npos && text.size() >= end + 4 + length_in(text)) break;
      const ssize_t count = ::recv(fd_, buffer, sizeof buffer, 0);
      if (count <= 0) return drop(count == 0 ? "closed" : "no answer");
      text.append(buffer, static_cast<std::size_t>(count));
    }
    if (text.find("\r\nConnection: close") != std::string::npos) drop();
    const std::string status = text.substr(9, 3);
    return status == "200" ? "" : status;
  }

  static std::size_t length_in(const std::string& text) {
    const auto at = text.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::strtoul(text.c_str() + at + 16, nullptr, 10);
  }

  std::string drop(std::string why = "") {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
    return why;
  }

  bench::Address to_;
  int fd_ = -1;
};

/// One connection's share: every `step` of the times that are due.
void keep_asking(const bench::Address& to, const std::string& request, Clock::time_point first,
                 std::chrono::nanoseconds step, const std::atomic<bool>& stop, Result& result) {
  Connection connection(to);
  for (auto due = first; !stop; due += step) {
    std::this_thread::sleep_until(due);
    const std::string problem = connection.ask(request);
    const std::chrono::duration<float, std::milli> took = Clock::now() - due;
    result.milliseconds.push_back(took.count());
    if (!problem.empty()) ++result.failures[problem];
  }
}

void print(std::vector<Result>& results, double seconds) {
  Result all;
  for (Result& r : results) {
    all.milliseconds.insert(all.milliseconds.end(), r.milliseconds.begin(), r.milliseconds.end());
    for (const auto& [what, count] : r.failures) all.failures[what] += count;
  }
  std::sort(all.milliseconds.begin(), all.milliseconds.end());
  const auto at = [&](double share) {
    const auto last = static_cast<double>(all.milliseconds.size() - 1);
    return all.milliseconds.empty() ? 0 : all.milliseconds[static_cast<std::size_t>(share * last)];
  };
  long failed = 0;
  std::string kinds;
  for (const auto& [what, count] : all.failures) {
    failed += count;
    kinds += (kinds.empty() ? "\"" : ",\"") + what + "\":" + std::to_string(count);
  }
  std::printf(
      "{\"requests\":%zu,\"failed\":%ld,\"failures\":{%s},\"seconds\":%.2f,\"p50_ms\":%.2f,"
      "\"p99_ms\":%.2f,\"longest_ms\":%.2f}\n",
      all.milliseconds.size(), failed, kinds.c_str(), seconds, static_cast<double>(at(0.5)),
      static_cast<double>(at(0.99)), static_cast<double>(at(1)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: steady-load HOST:PORT NAME RATE CONNECTIONS UNTIL_FILE\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  const bench::Address to = bench::parse_address(argv[1]);
  const std::string request = "GET / HTTP/1.1\r\nHost: " + std::string(argv[2]) + "\r\n\r\n";
  const double rate = std::atof(argv[3]);
  const int connections = std::atoi(argv[4]);
  const std::chrono::nanoseconds step(static_cast<long>(1e9 * connections / rate));
  std::vector<Result> results(static_cast<std::size_t>(connections));
  std::atomic<bool> stop = false;
  const auto began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < connections; ++i) {
      threads.emplace_back([&, i] {
        keep_asking(to, request, began + step * i / connections, step, stop,
                    results[static_cast<std::size_t>(i)]);
      });
    }
    while (!std::filesystem::exists(argv[5])) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    stop = true;
  }
  print(results, std::chrono::duration<double>(Clock::now() - began).count());
  return 0;
}
