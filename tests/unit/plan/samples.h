#pragma once
// A small app on a server that has Docker, for the tests of the plan.

#include <algorithm>

#include "liteship/plan.h"

namespace liteship::samples {

inline bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

inline Config config() {
  Config c;
  c.service = "chat";
  c.image = "chat";
  c.host = "203.0.113.10";
  c.proxy.app_port = Port{3000};
  Role web;
  web.name = "web";
  web.proxy = c.proxy;
  c.roles = {web};
  c.volumes = {{"chat_storage", "/storage", "", {}}};
  return c;
}

inline Config config_with_data() {
  Config c = config();
  c.sqlite.emplace();
  c.sqlite->databases = {{"/storage/app.sqlite3", true, {}}, {"/storage/cache.sqlite3", false, {}}};
  c.sqlite->migrate = "/chat migrate";
  c.sqlite->replica = Replica{};
  c.sqlite->replica->url = "s3://bucket/chat";
  return c;
}

inline Container container(const std::string& version, bool running) {
  Container c;
  c.id = "id" + version;
  c.name = "chat-web-" + version;
  c.role = "web";
  c.version = version;
  c.reference = "chat:" + version;
  c.created = "2026-11-24T03:0" + version.substr(0, 1) + ":00Z";
  c.running = running;
  return c;
}

inline LedgerEntry released(const std::string& version, std::int64_t finished) {
  LedgerEntry e;
  e.version.text = version;
  e.status = "released";
  e.subject = "Change " + version;
  e.finished = finished;
  return e;
}

/// A bare server: Docker, nothing else.
inline Facts bare() {
  Facts f;
  f.user = "deployer";
  f.home = "/home/deployer";
  f.docker_group = true;
  f.docker.version = "26.1.5";
  f.docker.architecture = "amd64";
  f.disk_free = 20'000'000'000;
  return f;
}

/// `1…` is stopped, `2…` serves.
inline Facts serving() {
  Facts f = bare();
  f.containers = {container("2bbb", true), container("1aaa", false)};
  f.proxy.emplace();
  f.proxy->image = "basecamp/kamal-proxy:v0.9.2";
  f.proxy->running = true;
  f.proxy->services = {{"chat-web", {"id2bbb:3000"}, false, false}};
  f.volumes = {"chat_storage"};
  f.ledger = {released("1aaa", 100), released("2bbb", 200)};
  return f;
}

inline Request request(const std::string& version) {
  Request r;
  r.version.text = version;
  r.image = "chat:" + version;
  r.image_user = "1000:1000";
  r.by = "Ada <ada@example.org>";
  r.subject = "It's done";
  r.command = "deploy";
  r.now = 1'700'000'000;
  r.run_id = "abc123";
  return r;
}

/// The ids of the steps, in order.
inline std::vector<std::string> ids(const Phase& phase) {
  std::vector<std::string> list;
  for (const Step& step : phase.steps) list.push_back(step.id);
  return list;
}

inline const Step* find(const Phase& phase, const std::string& id) {
  for (const Step& step : phase.steps) {
    if (step.id == id) return &step;
  }
  return nullptr;
}

}  // namespace liteship::samples
