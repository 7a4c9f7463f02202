#pragma once

#include "levels.h"

namespace chatroom::load {

/// How several writers share one database.
enum class Sharing {
  deferred,   ///< BEGIN, SQLite's busy timeout: what many frameworks did
  immediate,  ///< BEGIN IMMEDIATE, SQLite's busy timeout
  fair,       ///< BEGIN IMMEDIATE, a try each millisecond: this app between processes
  queue,      ///< one connection that all writers queue for: this app inside a process
};

/// The same transaction (look up the room, count, insert a message of 300 bytes) by N threads in a
/// closed loop, without HTTP, on a new database in the directory of --db.
/// Errors: std::runtime_error, sqlite::Error.
[[nodiscard]] std::vector<Level> run_contend(const Options& options, Sharing sharing);

[[nodiscard]] const char* name_of(Sharing sharing);

}  // namespace chatroom::load
