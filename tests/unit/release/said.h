#pragma once
// What servers answer to `inspect`, for tests of the driver.

#include <string>
#include <vector>

#include "liteship/event.h"
#include "unit/plan/samples.h"

namespace liteship::said {

inline FactFound container(const std::string& version, const std::string& status) {
  return {"container", R"({"id":"id)" + version + R"(","name":"/chat-web-)" + version +
                           R"(","labels":{"role":"web"},"reference":"chat:)" + version +
                           R"(","created":"2026-01-0)" + version[0] + R"(T00:00:00Z","status":")" +
                           status + R"(","exit":0})"};
}

/// A server as a provider hands it over.
inline std::vector<Event> bare() {
  return {FactFound{"user", "root"}, FactFound{"home", "/root"}, FactFound{"root", "yes"}};
}

/// The same with Docker.
inline std::vector<Event> with_docker() {
  std::vector<Event> facts = bare();
  facts.push_back(FactFound{"docker", R"({"version":"26.1.5","arch":"x86_64"})"});
  return facts;
}

/// `1…` is stopped, `2…` serves.
inline std::vector<Event> serving() {
  return {
      FactFound{"home", "/home/deployer"},
      FactFound{"docker", R"({"version":"26.1.5","arch":"x86_64"})"},
      container("2bbb", "running"),
      container("1aaa", "exited"),
      FactFound{
          "container",
          R"({"id":"p","name":"/kamal-proxy","reference":"basecamp/kamal-proxy:v0.9.2","status":"running"})"},
      FactFound{"volume-present", "chat_storage"},
      FactFound{"proxy_state", R"([{"name":"chat-web","active_targets":["id2bbb:3000"]}])"}};
}

}  // namespace liteship::said
