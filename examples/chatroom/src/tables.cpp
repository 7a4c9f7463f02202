// Every table of the app, as the steps that led to it.
#include <array>

#include "schema.h"

namespace chatroom {
namespace {

// Ids are given inside the write transaction and no message is ever deleted, so a reader that saw
// id N has seen every message before it: "after N" is all that a client needs to miss nothing.
constexpr std::array app_steps = {
    R"(CREATE TABLE messages(
         id         INTEGER PRIMARY KEY,
         author     TEXT NOT NULL,
         body       TEXT NOT NULL,
         client_id  TEXT UNIQUE,        -- chosen by the client; makes a repeated post harmless
         created_at INTEGER NOT NULL    -- milliseconds since 1970
       ) STRICT)",

    R"(CREATE TABLE rooms(
         id         INTEGER PRIMARY KEY,
         name       TEXT NOT NULL UNIQUE COLLATE NOCASE,
         created_at INTEGER NOT NULL
       ) STRICT;
       INSERT INTO rooms VALUES(1, 'Lobby', 0);

       -- The default is for the version before, which writes to the lobby without knowing it.
       ALTER TABLE messages ADD COLUMN room_id INTEGER NOT NULL DEFAULT 1 REFERENCES rooms;
       CREATE INDEX messages_of_room ON messages(room_id, id);

       -- What a background job found in a message.
       CREATE TABLE links(
         id         INTEGER PRIMARY KEY,
         message_id INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
         url        TEXT NOT NULL,
         host       TEXT NOT NULL
       ) STRICT;
       CREATE INDEX links_of_message ON links(message_id);

       -- Triggers keep the index, so a message is found whichever version of the app wrote it.
       CREATE VIRTUAL TABLE messages_fts USING fts5(
         body, content='messages', content_rowid='id', tokenize='porter unicode61');
       INSERT INTO messages_fts(messages_fts) VALUES('rebuild');
       CREATE TRIGGER messages_added AFTER INSERT ON messages BEGIN
         INSERT INTO messages_fts(rowid, body) VALUES(new.id, new.body);
       END;
       CREATE TRIGGER messages_removed AFTER DELETE ON messages BEGIN
         INSERT INTO messages_fts(messages_fts, rowid, body) VALUES('delete', old.id, old.body);
       END)",

    R"(CREATE TABLE users(
         id            INTEGER PRIMARY KEY,
         name          TEXT NOT NULL UNIQUE COLLATE NOCASE,
         password_hash TEXT NOT NULL,
         created_at    INTEGER NOT NULL
       ) STRICT;

       -- The token itself is in the browser's cookie only: a backup lets nobody in.
       CREATE TABLE sessions(
         token_hash TEXT PRIMARY KEY,
         user_id    INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
         expires_at INTEGER NOT NULL
       ) STRICT, WITHOUT ROWID;
       CREATE INDEX sessions_ended ON sessions(expires_at);

       CREATE TABLE memberships(
         user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
         room_id INTEGER NOT NULL REFERENCES rooms ON DELETE CASCADE,
         read_id INTEGER NOT NULL,   -- the newest message that the user has seen
         PRIMARY KEY(user_id, room_id)
       ) STRICT, WITHOUT ROWID;
       CREATE INDEX memberships_of_room ON memberships(room_id);

       -- NULL: a guest's, who speaks in the lobby under any name that is no user's.
       ALTER TABLE messages ADD COLUMN user_id INTEGER REFERENCES users)",
};

// After Solid Queue: a job is a row of `jobs`; in which other table it has a row says what becomes
// of it next: ready, scheduled, claimed or failed. A job in none of them is finished.
constexpr std::array queue_steps = {
    R"(CREATE TABLE jobs(
         id         INTEGER PRIMARY KEY,
         kind       TEXT NOT NULL,
         message_id INTEGER NOT NULL,
         run_at     INTEGER NOT NULL,   -- milliseconds since 1970
         UNIQUE(kind, message_id)       -- a repeated post enqueues nothing twice
       ) STRICT)",

    R"(ALTER TABLE jobs ADD COLUMN attempts    INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE jobs ADD COLUMN finished_at INTEGER;
       CREATE INDEX jobs_finished ON jobs(finished_at) WHERE finished_at IS NOT NULL;
       CREATE TABLE ready(
         job_id     INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE
       ) STRICT;
       CREATE TABLE scheduled(
         job_id     INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
         run_at     INTEGER NOT NULL
       ) STRICT;
       CREATE INDEX scheduled_due ON scheduled(run_at);
       CREATE TABLE claimed(
         job_id     INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
         process_id INTEGER NOT NULL,
         beat_at    INTEGER NOT NULL    -- when the process last said that it is alive
       ) STRICT;
       CREATE TABLE failed(
         job_id     INTEGER PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
         error      TEXT NOT NULL,
         failed_at  INTEGER NOT NULL
       ) STRICT;
       CREATE TABLE recurring(
         kind       TEXT PRIMARY KEY,
         next_at    INTEGER NOT NULL
       ) STRICT, WITHOUT ROWID;

       -- Enqueues, whichever version of the app adds the job.
       CREATE TRIGGER jobs_added AFTER INSERT ON jobs BEGIN
         INSERT INTO ready SELECT new.id
           WHERE new.run_at <= (julianday('now') - 2440587.5) * 86400000;
         INSERT INTO scheduled SELECT new.id, new.run_at
           WHERE new.run_at > (julianday('now') - 2440587.5) * 86400000;
       END;
       INSERT INTO ready SELECT id FROM jobs)",
};

// After Solid Cache.
constexpr std::array cache_steps = {
    R"(CREATE TABLE entries(
         id         INTEGER PRIMARY KEY,  -- rises with every write: the lowest is the oldest
         key_hash   INTEGER NOT NULL UNIQUE,
         key        TEXT NOT NULL,
         value      TEXT NOT NULL,
         byte_size  INTEGER NOT NULL,
         created_at INTEGER NOT NULL
       ) STRICT)",

    // Sizes are added up without reading the values.
    "CREATE INDEX entries_sizes ON entries(id, byte_size)",
};

// After Solid Cable.
constexpr std::array cable_steps = {
    R"(CREATE TABLE events(
         id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, see below
         channel    TEXT NOT NULL,
         payload    TEXT NOT NULL,
         created_at INTEGER NOT NULL
       ) STRICT;
       -- Ids begin at the present millisecond: those of a file that was lost are below.
       INSERT INTO sqlite_sequence
         VALUES('events', CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)))",

    R"(CREATE TABLE presences(
         connection_id INTEGER PRIMARY KEY,
         room_id       INTEGER NOT NULL,
         name          TEXT NOT NULL,
         seen_at       INTEGER NOT NULL
       ) STRICT;
       CREATE INDEX presences_of_room ON presences(room_id))",
};

}  // namespace

const Schema& app_schema() {
  static constexpr Schema schema{"app.sqlite3", app_steps};
  return schema;
}

const Schema& queue_schema() {
  static constexpr Schema schema{"queue.sqlite3", queue_steps};
  return schema;
}

const Schema& cache_schema() {
  static constexpr Schema schema{"cache.sqlite3", cache_steps, Keeping::discardable};
  return schema;
}

const Schema& cable_schema() {
  static constexpr Schema schema{"cable.sqlite3", cable_steps, Keeping::discardable};
  return schema;
}

std::array<const Schema*, 2> kept_schemas() { return {&app_schema(), &queue_schema()}; }

}  // namespace chatroom
