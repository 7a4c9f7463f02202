#include "writer.h"

#include <boost/asio/post.hpp>

namespace chatroom {
namespace {

// A task may fail without harm to the others of its transaction.
template <class Task>
void work_in_savepoint(sqlite::Database& db, Task& task) {
  db.run("SAVEPOINT task");
  try {
    task.work(db);
  } catch (...) {
    task.error = std::current_exception();
    // A full disk ends the whole transaction: then nothing of the others is left either.
    if (sqlite3_get_autocommit(db.handle()) != 0) throw;
    db.run("ROLLBACK TO task");
  }
  db.run("RELEASE task");
}

}  // namespace

Writer::Writer(std::filesystem::path storage, const Schema& schema)
    : storage_(std::move(storage)), schema_(schema), thread_([this] { write_until_stopped(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

std::size_t Writer::waiting() const {
  const std::lock_guard lock(mutex_);
  return queued_.size();
}

double Writer::writes_per_commit() const {
  const std::lock_guard lock(mutex_);
  return commits_ == 0 ? 0 : static_cast<double>(writes_) / static_cast<double>(commits_);
}

void Writer::push(std::unique_ptr<Task> task) {
  {
    const std::lock_guard lock(mutex_);
    queued_.push_back(std::move(task));
  }
  arrived_.notify_one();
}

void Writer::write_until_stopped() {
  for (;;) {
    Batch batch;
    {
      std::unique_lock lock(mutex_);
      arrived_.wait(lock, [this] { return stopping_ || !queued_.empty(); });
      if (queued_.empty()) return;
      batch.swap(queued_);
      writes_ += batch.size();
      ++commits_;
    }
    write_together(batch);
    const auto executor = batch.front()->executor;
    boost::asio::post(executor, [done = std::move(batch)] {
      for (const auto& task : done) task->resume();
    });
  }
}

void Writer::write_together(Batch& batch) {
  try {
    sqlite::WriteTransaction transaction(database());
    for (auto& task : batch) work_in_savepoint(database(), *task);
    transaction.commit();
  } catch (...) {
    for (auto& task : batch) {
      if (!task->error) task->error = std::current_exception();
    }
  }
}

sqlite::Database& Writer::database() {
  if (!database_) database_.emplace(open_migrated(storage_, schema_, Access::write));
  return *database_;
}

}  // namespace chatroom
