#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "databases.h"
#include "jobs.h"

namespace chatroom {

/// Does one job. What it throws is why it failed.
using Perform = std::function<boost::asio::awaitable<void>(const Job&)>;

/// Works the queue off beside the requests, one job at a time.
/// Lives on one executor; no member may be called from another thread.
class Worker {
 public:
  Worker(boost::asio::any_io_executor executor, Databases& databases, Perform perform);

  /// Works until stop(); then the job at hand ends and the other claims go back to the queue, for
  /// the container that takes over.
  [[nodiscard]] boost::asio::awaitable<void> run();
  /// Says that this process is alive while it has claims, until stop().
  [[nodiscard]] boost::asio::awaitable<void> beat();

  /// There may be a job now.
  void look_now();
  void stop();

 private:
  boost::asio::awaitable<std::vector<Job>> claim();
  boost::asio::awaitable<void> perform(const std::vector<Job>& claimed);
  boost::asio::awaitable<std::string> try_to_perform(const Job& job);

  Databases& databases_;
  Perform perform_;
  const ProcessId process_;
  boost::asio::steady_timer next_look_;
  boost::asio::steady_timer next_beat_;
  bool look_again_ = false;
  bool has_claims_ = false;
  bool stopping_ = false;
};

}  // namespace chatroom
