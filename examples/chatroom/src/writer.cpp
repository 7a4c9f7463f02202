#include "writer.h"

#include <boost/asio/post.hpp>

namespace chatroom {

Writer::Writer(std::filesystem::path storage, const Schema& schema)
    : storage_(std::move(storage)),
      schema_(schema),
      checkpointer_(storage_ / schema.file),
      thread_([this] { write_until_stopped(); }) {}

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
    write(batch);
    const auto executor = batch.front()->executor;
    boost::asio::post(executor, [done = std::move(batch)] {
      for (const auto& task : done) task->resume();
    });
  }
}

void Writer::write(Batch& batch) {
  if (batch.size() == 1) return write_alone(*batch.front());
  try {
    if (write_together(batch)) return;
  } catch (...) {  // no lock, no commit: it is the same for all of them
    for (auto& task : batch) task->error = std::current_exception();
    return;
  }
  for (auto& task : batch) write_alone(*task);
}

// Result: false when one of them failed; then nothing is written.
bool Writer::write_together(Batch& batch) {
  sqlite::WriteTransaction transaction(database());
  try {
    for (auto& task : batch) task->work(database());
  } catch (...) {
    return false;
  }
  transaction.commit();
  return true;
}

void Writer::write_alone(Task& task) {
  try {
    sqlite::WriteTransaction transaction(database());
    task.work(database());
    transaction.commit();
  } catch (...) {
    task.error = std::current_exception();
  }
}

sqlite::Database& Writer::database() {
  if (!database_) {
    database_.emplace(open_migrated(storage_, schema_, Access::write));
    checkpointer_.watch(*database_);
  }
  return *database_;
}

}  // namespace chatroom
