#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "store.h"

namespace chatroom {

/// One store and the one thread that uses it. Work queues up and runs in order, so a lane for
/// writing means that the writes of this process never wait for each other's locks.
class Lane {
 public:
  Lane(const std::filesystem::path& storage, Access access) : store_(storage, access) {}

  /// Runs `work(store)` on this lane's thread and resumes the caller on its own executor with the
  /// result, or with what `work` threw. What `work` refers to must live until then.
  template <class Work>
  [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Work, Store&>> run(Work work) {
    co_return co_await boost::asio::co_spawn(thread_, call(std::move(work)),
                                             boost::asio::use_awaitable);
  }

 private:
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work, Store&>> call(Work work) {
    co_return work(store_);
  }

  Store store_;
  boost::asio::thread_pool thread_{1};  // joined before the store goes
};

/// The process's connections: one that writes and a few that read.
class Lanes {
 public:
  explicit Lanes(const std::filesystem::path& storage) : writer_(storage, Access::write) {
    for (auto& reader : readers_) reader = std::make_unique<Lane>(storage, Access::read);
  }

  [[nodiscard]] Lane& writer() { return writer_; }
  /// The readers take turns.
  [[nodiscard]] Lane& reader() { return *readers_[next_++ % readers_.size()]; }

 private:
  Lane writer_;
  std::array<std::unique_ptr<Lane>, 2> readers_;  // a reader per core of a small server
  std::size_t next_ = 0;
};

}  // namespace chatroom
