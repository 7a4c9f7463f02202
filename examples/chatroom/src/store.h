#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "settings.h"
#include "sqlite.h"

namespace chatroom {

using MessageId = std::int64_t;

struct NewMessage {
  std::string author;
  std::string body;
  std::optional<std::string> client_id;
};

struct Message {
  MessageId id = 0;
  std::string author;
  std::string body;
  std::optional<std::string> client_id;
  std::int64_t created_at = 0;  ///< milliseconds since 1970
};

enum class Posting { created, existed };

struct Posted {
  MessageId id = 0;
  Posting posting = Posting::created;
};

/// The databases cannot serve yet; what() is the reason, fit for /up.
class NotReady : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The app's records on one pair of connections. Used by one thread at a time.
///
/// Files are opened at first use and never created: an app that boots before its data was restored
/// must not leave an empty database in the data's place.
/// Errors of every member: NotReady, sqlite::Error.
class Store {
 public:
  Store(std::filesystem::path storage, Access access);

  /// Adds a message; when this returns it is committed. A client_id that is already there changes
  /// nothing and gives the id of the message that has it.
  Posted post(const NewMessage& message);

  /// The first `limit` messages with an id above `last`, oldest first.
  [[nodiscard]] std::vector<Message> after(MessageId last, int limit);
  /// The last `limit` messages, oldest first.
  [[nodiscard]] std::vector<Message> newest(int limit);
  /// 0 when there is no message.
  [[nodiscard]] MessageId newest_id();

  /// A number that changes when any other connection, in any process, commits. Costs microseconds.
  [[nodiscard]] std::int64_t data_version();

  /// Takes and releases the write lock of every database, so "writable" is tried, not guessed.
  void check_writable();

 private:
  sqlite::Database& app();
  sqlite::Database& queue();

  std::filesystem::path storage_;
  Access access_;
  std::optional<sqlite::Database> app_;
  std::optional<sqlite::Database> queue_;
};

}  // namespace chatroom
