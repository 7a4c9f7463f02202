#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

/// SQLite's C API as values: the close functions are in the types, errors are exceptions, and
/// text is always bound, never pasted. Everything the app asks of SQLite goes through here.
namespace chatroom::sqlite {

/// A call that SQLite refused. `code` is the extended result code (SQLITE_BUSY, SQLITE_FULL, …).
class Error : public std::runtime_error {
 public:
  Error(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] int primary_code() const { return code_ & 0xff; }

 private:
  int code_;
};

template <auto close>
struct Closer {
  template <class Handle>
  void operator()(Handle* handle) const {
    close(handle);
  }
};
using Connection = std::unique_ptr<sqlite3, Closer<&sqlite3_close>>;
using Statement = std::unique_ptr<sqlite3_stmt, Closer<&sqlite3_finalize>>;

/// One run of a prepared statement, from its first bound value to its last row.
/// Borrows the statement: only one Query of the same text may be alive on a connection.
class Query {
 public:
  /// Binds the values to ?1, ?2, … Text is not copied: it must live as long as this Query.
  template <class... Values>
  explicit Query(sqlite3_stmt* statement, const Values&... values) : statement_(statement) {
    [[maybe_unused]] int index = 0;
    (bind(++index, values), ...);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query(Query&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  Query& operator=(Query&&) = delete;
  ~Query() {
    if (!statement_) return;
    sqlite3_reset(statement_);  // ends the read transaction that the statement holds open
    sqlite3_clear_bindings(statement_);
  }

  /// Moves to the next row. Result: false after the last one. Errors: sqlite::Error.
  bool next() {
    const int code = sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) check(code);
    return code == SQLITE_ROW;
  }

  [[nodiscard]] std::int64_t integer(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::string text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes ? std::string(bytes, size) : std::string();
  }
  [[nodiscard]] std::optional<std::string> optional_text(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
    return text(column);
  }

 private:
  void bind(int index, const std::string& text) {
    check(sqlite3_bind_text64(statement_, index, text.data(), text.size(), SQLITE_STATIC,
                              SQLITE_UTF8));
  }
  void bind(int index, std::int64_t number) {
    check(sqlite3_bind_int64(statement_, index, number));
  }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    if (value) bind(index, *value);  // unbound is NULL
  }

  void check(int code) const {
    if (code == SQLITE_OK) return;
    sqlite3* db = sqlite3_db_handle(statement_);
    throw Error(sqlite3_extended_errcode(db), sqlite3_errmsg(db));
  }

  sqlite3_stmt* statement_;
};

/// One connection with its prepared statements. Used by one thread at a time.
class Database {
 public:
  /// flags: SQLITE_OPEN_*. Errors: sqlite::Error, SQLITE_CANTOPEN when the file is missing and
  /// SQLITE_OPEN_CREATE is not asked for.
  Database(const std::string& path, int flags) : path_(path) {
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    connection_.reset(handle);
    if (code != SQLITE_OK) throw Error(code, path + ": " + sqlite3_errstr(code));
    sqlite3_extended_result_codes(handle, 1);
  }

  [[nodiscard]] sqlite3* handle() const { return connection_.get(); }

  /// Runs SQL text of our own: any number of statements, no values.
  void execute(const char* sql) {
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw Error(code, path_ + ": " + sqlite3_errmsg(handle()));
  }

  /// Starts a query with its values bound to ?1, ?2, … `sql` is prepared once per connection.
  template <class... Values>
  [[nodiscard]] Query query(std::string_view sql, const Values&... values) {
    return Query(prepared(sql), values...);
  }

  /// Runs a statement that gives no rows. Result: the number of rows it changed.
  template <class... Values>
  std::int64_t run(std::string_view sql, const Values&... values) {
    auto statement = query(sql, values...);
    while (statement.next()) {
    }
    return sqlite3_changes64(handle());
  }

  /// The first column of the first row, 0 when there is none.
  template <class... Values>
  [[nodiscard]] std::int64_t number(std::string_view sql, const Values&... values) {
    auto statement = query(sql, values...);
    return statement.next() ? statement.integer(0) : 0;
  }

 private:
  sqlite3_stmt* prepared(std::string_view sql) {
    if (const auto found = statements_.find(sql); found != statements_.end()) {
      return found->second.get();
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw Error(code, path_ + ": " + sqlite3_errmsg(handle()));
    return statements_.emplace(sql, statement).first->second.get();
  }

  std::string path_;
  Connection connection_;
  std::map<std::string, Statement, std::less<>> statements_;  // freed before the connection
};

/// A write transaction: takes the write lock at once, rolls back unless committed.
/// BEGIN IMMEDIATE, because a transaction that begins by reading and then writes is refused with
/// SQLITE_BUSY as soon as another one committed in between, whatever the busy timeout is.
class WriteTransaction {
 public:
  explicit WriteTransaction(Database& db) : db_(db) { db_.run("BEGIN IMMEDIATE"); }
  WriteTransaction(const WriteTransaction&) = delete;
  WriteTransaction& operator=(const WriteTransaction&) = delete;
  ~WriteTransaction() {
    if (!committed_) sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  /// After this returns, the change survives the death of this process.
  void commit() {
    db_.run("COMMIT");
    committed_ = true;
  }

 private:
  Database& db_;
  bool committed_ = false;
};

}  // namespace chatroom::sqlite
