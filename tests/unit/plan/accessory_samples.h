#pragma once
// The small app with a database beside it.

#include "unit/plan/samples.h"

namespace liteship::samples {

inline Config config_with_db() {
  Config c = config();
  Accessory db;
  db.name = "db";
  db.service = "chat-db";
  db.image = "postgres:16";
  db.cmd = "postgres -c fsync=on";
  db.ports = {"127.0.0.1:5432:5432"};
  db.labels = {{"team", "data"}};
  db.options = {{"shm-size", "256m"}};
  db.env.clear = {{"POSTGRES_USER", "app"}};
  db.env.secret = {{"POSTGRES_PASSWORD", "DB_PASSWORD", {}}};
  db.files = {{"config/pg.conf", "/etc/pg.conf", "755", "", "ro", {}}};
  db.directories = {{"data", "/var/lib/postgresql/data", "", "", "", {}}};
  c.accessories = {db};
  return c;
}

inline Secrets db_secrets() {
  Secrets secrets;
  secrets.emplace("DB_PASSWORD", Secret("hunter2"));
  return secrets;
}

/// A command about the database; `config` must outlive it.
inline Request about_db(const Config& config) {
  Request r = request("3ccc");
  r.accessories = {{&config.accessories.front(), {Secret("port = 5432\n")}}};
  return r;
}

/// As Kamal has started it.
inline Facts serving_with_db() {
  Facts f = serving();
  Container db;
  db.id = "iddb";
  db.name = "chat-db";
  db.reference = "postgres:16";
  db.running = true;
  f.accessories = {db};
  return f;
}

}  // namespace liteship::samples
