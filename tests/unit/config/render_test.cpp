#include <catch2/catch_test_macros.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("the rendered configuration reads back to the same", "[config][render]") {
  const std::string text =
      "service: notes\n"
      "image: alice/notes\n"
      "servers:\n"
      "  app: {hosts: [192.0.2.10], options: {cap-add: [A, B], x: '${C}'}, logging: {driver: "
      "local}}\n"
      "  job: {hosts: [192.0.2.10], cmd: 'sh -c \"a; ${b}\"', env: {secret: [K]}}\n"
      "  api: {hosts: [192.0.2.10], proxy: {path_prefix: /api}}\n"
      "primary_role: app\n"
      "proxy: {host: example.com, ssl: true, healthcheck: {interval: 250ms}}\n"
      "registry: {server: ghcr.io, username: alice, password: [PW]}\n"
      "env: {clear: {A: '${X} $${Y}', B: 'on', C: \"tab\\there\", 'a:b': '1'}, secret: ['D:E']}\n"
      "volumes: ['notes:/storage', '/srv/x:/x:ro']\n"
      "sqlite: {databases: [/storage/a.db], migrate: bin/m, replica: {url: 's3://b/p'}}\n"
      "aliases: {home: 'echo ${HOME}'}\n"
      "ssh: {user: app, keys: [~/.ssh/k]}\n"
      "labels: {'${K} $${L}': m}\n"
      "output: {file: {path: log}, otel: {endpoint: 'http://192.0.2.9:4318'}}\n"
      "builder: {arch: arm64, args: {A: '1'}}\n";
  const std::string once = render_config(parse(text));
  CHECK(render_config(parse(once)) == once);
  const Config config = parse(once);
  CHECK(config.env.clear.at("A") == "${X} $${Y}");
  CHECK(config.env.clear.at("a:b") == "1");
  CHECK(config.labels.at("${K} $${L}") == "m");
  CHECK(config.otel_endpoint == "http://192.0.2.9:4318");
  CHECK(config.aliases.at("home") == "echo ${HOME}");
  CHECK(config.roles[0].options.back().second == "${C}");
  CHECK(config.roles[1].cmd == "sh -c \"a; ${b}\"");
  CHECK(config.roles[0].name == "app");
  CHECK(config.roles[2].proxy->path_prefixes == std::vector<std::string>{"/api"});
}

TEST_CASE("a password in the file is not rendered", "[config][render]") {
  const std::string text =
      render_config(parse(minimal + "image: a\nregistry: {username: alice, password: hunter2}\n"));
  CHECK(text.find("hunter2") == std::string::npos);
  CHECK(text.find("password: \"[redacted]\"") != std::string::npos);
}
