#include "store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "schema.h"

namespace chatroom {
namespace {

std::int64_t milliseconds_since_1970() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

sqlite::Database open_migrated(const std::filesystem::path& storage, const Schema& schema,
                               Access access) {
  const auto path = storage / schema.file;
  if (!std::filesystem::exists(path)) {
    throw NotReady(fmt::format("database needs migration: {} does not exist", path.string()));
  }
  auto db = open_database(path, access);
  if (!is_migrated(db, schema)) {
    throw NotReady(fmt::format("database needs migration: {} is older than this version of the app",
                               path.string()));
  }
  return db;
}

Message message_of(const sqlite::Query& row) {
  return {row.integer(0), row.text(1), row.text(2), row.optional_text(3), row.integer(4)};
}

}  // namespace

Store::Store(std::filesystem::path storage, Access access)
    : storage_(std::move(storage)), access_(access) {}

sqlite::Database& Store::app() {
  if (!app_) app_.emplace(open_migrated(storage_, app_schema(), access_));
  return *app_;
}

sqlite::Database& Store::queue() {
  if (!queue_) queue_.emplace(open_migrated(storage_, queue_schema(), access_));
  return *queue_;
}

Posted Store::post(const NewMessage& message) {
  const auto now = milliseconds_since_1970();
  Posted posted;
  {
    sqlite::WriteTransaction transaction(app());
    const auto added = app().run(
        "INSERT INTO messages(author, body, client_id, created_at) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT(client_id) DO NOTHING",
        message.author, message.body, message.client_id, now);
    posted.posting = added == 1 ? Posting::created : Posting::existed;
    posted.id = added == 1 ? sqlite3_last_insert_rowid(app().handle())
                           : app().number("SELECT id FROM messages WHERE client_id = ?1",
                                          message.client_id);
    transaction.commit();
  }
  // Another file, so another transaction. Whoever dies in between has acknowledged nothing; the
  // client posts again with the same client_id and the job is enqueued then.
  queue().run(
      "INSERT INTO jobs(kind, message_id, run_at) VALUES('notify', ?1, ?2) "
      "ON CONFLICT DO NOTHING",
      posted.id, now);
  return posted;
}

std::vector<Message> Store::after(MessageId last, int limit) {
  auto rows = app().query(
      "SELECT id, author, body, client_id, created_at FROM messages WHERE id > ?1 "
      "ORDER BY id LIMIT ?2",
      last, std::int64_t{limit});
  std::vector<Message> messages;
  while (rows.next()) messages.push_back(message_of(rows));
  return messages;
}

std::vector<Message> Store::newest(int limit) {
  auto rows = app().query(
      "SELECT id, author, body, client_id, created_at FROM messages ORDER BY id DESC LIMIT ?1",
      std::int64_t{limit});
  std::vector<Message> messages;
  while (rows.next()) messages.push_back(message_of(rows));
  std::ranges::reverse(messages);
  return messages;
}

MessageId Store::newest_id() { return app().number("SELECT max(id) FROM messages"); }

std::int64_t Store::data_version() { return app().number("PRAGMA data_version"); }

void Store::check_writable() {
  sqlite::WriteTransaction{app()};
  sqlite::WriteTransaction{queue()};
}

}  // namespace chatroom
