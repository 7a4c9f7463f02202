#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "checkpointer.h"
#include "connections.h"

namespace chatroom {

/// The one connection of this process that writes to a database, and the thread that uses it.
///
/// Writes queue up. All that wait go into one BEGIN IMMEDIATE transaction and are answered after
/// its COMMIT: thirty-two clients share one commit instead of waiting for thirty-two, and no two
/// connections of a process ever fight for the lock. When one of them fails, that transaction is
/// undone and each is done again in its own. A savepoint each would do, too, but costs the good
/// ones a fifth more: FTS5 writes its index at every savepoint.
class Writer {
 public:
  Writer(std::filesystem::path storage, const Schema& schema);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();  ///< what is queued is written first

  /// Runs `work(database)` on the writer's thread and resumes the caller after the commit with the
  /// result. When `work` throws, its own changes are undone and the caller gets the exception.
  /// `work` may be called twice, so it changes nothing but the database; what it refers to must
  /// live until the caller is resumed. Errors: what `work` throws; NotReady; sqlite::Error, also of
  /// the commit.
  template <class Work>
  [[nodiscard]] boost::asio::awaitable<std::invoke_result_t<Work, sqlite::Database&>> run(
      Work work) {
    using Result = std::invoke_result_t<Work, sqlite::Database&>;
    if constexpr (std::is_void_v<Result>) {
      co_await written(work);
    } else {
      std::optional<Result> result;
      auto keep_result = [&](sqlite::Database& db) { result.emplace(work(db)); };
      co_await written(keep_result);
      co_return std::move(*result);
    }
  }

  /// Writes that wait now; for the status page.
  [[nodiscard]] std::size_t waiting() const;
  /// The average number of writes per commit so far.
  [[nodiscard]] double writes_per_commit() const;

 private:
  // One write: the work, then whoever waits for it.
  struct Task {
    explicit Task(const boost::asio::any_io_executor& e) : executor(e), guard(e) {}
    virtual ~Task() = default;
    virtual void work(sqlite::Database& db) = 0;
    virtual void resume() = 0;

    std::exception_ptr error;
    boost::asio::any_io_executor executor;
    // The caller's context has work as long as somebody waits here.
    boost::asio::executor_work_guard<boost::asio::any_io_executor> guard;
  };
  using Batch = std::vector<std::unique_ptr<Task>>;

  template <class Work, class Handler>
  struct TaskOf final : Task {
    TaskOf(const boost::asio::any_io_executor& e, Work& w, Handler h)
        : Task(e), work_(w), handler_(std::move(h)) {}
    void work(sqlite::Database& db) override { work_(db); }
    void resume() override { std::move(handler_)(error); }

    Work& work_;
    Handler handler_;
  };

  template <class Work>
  boost::asio::awaitable<void> written(Work& work) {
    const auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>,
                                         void(std::exception_ptr)>(
        [this, &work, &executor](auto handler) {
          using Handler = decltype(handler);
          push(std::make_unique<TaskOf<Work, Handler>>(executor, work, std::move(handler)));
        },
        boost::asio::use_awaitable);
  }

  void push(std::unique_ptr<Task> task);
  void write_until_stopped();
  void write(Batch& batch);
  bool write_together(Batch& batch);
  void write_alone(Task& task);
  sqlite::Database& database();

  const std::filesystem::path storage_;
  const Schema& schema_;
  Checkpointer checkpointer_;
  std::optional<sqlite::Database> database_;  // of the thread

  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  Batch queued_;
  bool stopping_ = false;
  std::uint64_t writes_ = 0;
  std::uint64_t commits_ = 0;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace chatroom
