#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <type_traits>
#include <utility>

#include "connections.h"

namespace chatroom {

/// Reading connections and the one thread that uses them. Work queues up and runs in order.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& storage) : connections_(storage) {}

  /// Runs `work(connections)` on this reader's thread and resumes the caller on its own executor
  /// with the result, or with what `work` threw. What `work` refers to must live until then.
  template <class Work>
  [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Work, Connections&>> run(Work work) {
    co_return co_await boost::asio::co_spawn(thread_, call(std::move(work)),
                                             boost::asio::use_awaitable);
  }

 private:
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work, Connections&>> call(Work work) {
    co_return work(connections_);
  }

  Connections connections_;
  boost::asio::thread_pool thread_{1};  // joined before the connections go
};

/// The process's readers. They never wait for a writer, nor it for them: that is what WAL is for.
class Readers {
 public:
  explicit Readers(const std::filesystem::path& storage) {
    for (auto& reader : readers_) reader = std::make_unique<Reader>(storage);
  }

  /// The readers take turns.
  [[nodiscard]] Reader& next() { return *readers_[turn_++ % readers_.size()]; }

 private:
  std::array<std::unique_ptr<Reader>, 2> readers_;  // one per core of a small server
  std::size_t turn_ = 0;
};

}  // namespace chatroom
