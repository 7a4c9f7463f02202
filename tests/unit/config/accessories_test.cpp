#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_range.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

namespace {

Accessory one(const std::string& body) {
  const Config config = parse(minimal + "accessories:\n  db: {host: 192.0.2.10, " + body + "}\n");
  REQUIRE(config.accessories.size() == 1);
  return config.accessories.front();
}

}  // namespace

TEST_CASE("an accessory has Kamal's defaults", "[config][accessories]") {
  const Accessory db = one("image: 'postgres:16'");
  CHECK(db.service == "notes-db");
  CHECK(db.image == "postgres:16");
  CHECK(db.network == "kamal");
  CHECK(db.ports.empty());
  CHECK_FALSE(db.proxy);
}

TEST_CASE("every key of an accessory arrives", "[config][accessories]") {
  const Config config = parse(
      "service: notes\n"
      "servers:\n"
      "  web: [{192.0.2.10: [blue]}]\n"
      "proxy: {host: example.com}\n"
      "accessories:\n"
      "  db:\n"
      "    service: shared-db\n"
      "    image: postgres:16\n"
      "    registry: {server: ghcr.io, username: ann, password: [TOKEN]}\n"
      "    tag: blue\n"
      "    cmd: postgres -c fsync=on\n"
      "    port: 5433:5432\n"
      "    labels: {team: data}\n"
      "    options: {memory: 1g, restart: always}\n"
      "    env: {clear: {POSTGRES_USER: app}, secret: ['POSTGRES_PASSWORD:DB_PASSWORD']}\n"
      "    files:\n"
      "      - config/pg.conf:/etc/pg.conf:ro\n"
      "      - {local: init.sql.erb, remote: /docker-entrypoint-initdb.d/init.sql, mode: '0644', "
      "owner: '999:999'}\n"
      "    directories:\n"
      "      - data:/var/lib/postgresql/data\n"
      "      - {local: /srv/wal, remote: /wal, mode: '0700', owner: '999', options: z}\n"
      "    volumes: ['pg_run:/run/postgresql']\n"
      "    network: private\n"
      "    proxy: {host: db.example.com, app_port: 8080}\n"
      "    stop_timeout: 60\n");
  REQUIRE(config.accessories.size() == 1);
  const Accessory& db = config.accessories.front();
  CHECK(db.service == "shared-db");
  CHECK(db.image == "ghcr.io/postgres:16");
  CHECK(db.ports == std::vector<std::string>{"127.0.0.1:5433:5432"});
  CHECK(db.cmd == "postgres -c fsync=on");
  CHECK(db.labels.at("team") == "data");
  CHECK(db.options == OptionList{{"memory", "1g"}, {"restart", "always"}});
  CHECK(db.env.clear.at("POSTGRES_USER") == "app");
  CHECK(db.env.secret.front().secret == "DB_PASSWORD");
  REQUIRE(db.files.size() == 2);
  CHECK(db.files[0].source == "config/pg.conf");
  CHECK(db.files[0].options == "ro");
  CHECK(db.files[0].mode == "755");
  CHECK(db.files[1].target == "/docker-entrypoint-initdb.d/init.sql");
  CHECK(db.files[1].owner == "999:999");
  REQUIRE(db.directories.size() == 2);
  CHECK(db.directories[0].mode.empty());
  CHECK(db.directories[1].source == "/srv/wal");
  CHECK(db.volumes.front().text() == "pg_run:/run/postgresql");
  CHECK(db.network == "private");
  REQUIRE(db.proxy);
  CHECK(db.proxy->hosts == std::vector<std::string>{"db.example.com"});
  CHECK(db.stop_timeout == std::chrono::seconds(60));
  std::vector<std::string> secrets;
  for (const SecretName& name : needed_secrets(db)) secrets.push_back(name.secret);
  CHECK(secrets == std::vector<std::string>{"TOKEN", "DB_PASSWORD"});
  // A release asks no vault for them.
  CHECK(needed_secrets(config).empty());
  const std::string once = render_config(config);
  CHECK(render_config(parse(once)) == once);
}

TEST_CASE("a port without an address is for the server alone", "[config][accessories]") {
  const auto [text, wanted] = GENERATE(table<std::string, std::string>({
      {"6379", "127.0.0.1:6379:6379"},
      {"'6380:6379'", "127.0.0.1:6380:6379"},
      {"'127.0.0.1:6379:6379'", "127.0.0.1:6379:6379"},
      {"'0.0.0.0:6379:6379'", "0.0.0.0:6379:6379"},
      {"'53/udp'", "127.0.0.1:53:53/udp"},
  }));
  CHECK(one("image: x, port: " + text).ports == std::vector<std::string>{wanted});
}

TEST_CASE("a file may have accessories alone", "[config][accessories]") {
  const std::string alone =
      "service: notes\naccessories:\n  db: {image: x, host: 192.0.2.10}\n  mq: {image: y, host: "
      "192.0.2.10}\n";
  const Config config = parse(alone);
  CHECK(config.roles.empty());
  CHECK(config.accessories.size() == 2);
  CHECK(config.host == "192.0.2.10");
  CHECK(needed_secrets(config).empty());
  CHECK_THROWS_AS(config.primary_role(), Error);
  const std::string once = render_config(config);
  CHECK(render_config(parse(once)) == once);
  CHECK(messages(errors_of(alone + "sqlite: {databases: [{path: /storage/a.sqlite3}]}\n"))
            .starts_with("`sqlite` needs an app, and there is no `servers:`\n"));
  CHECK(messages(errors_of("service: notes\naccessories: {db: {image: x, role: web}}\n")) ==
        "there is no role `web`\n");
}

TEST_CASE("what is wrong with an accessory is named", "[config][accessories]") {
  const auto [text, wanted] = GENERATE(table<std::string, std::string>({
      {"db: ", "`accessories.db` is empty\n"},
      {"db: {image: x}", "`accessories.db` does not say where it runs\n"},
      {"db: {image: x, host: 192.0.2.10, role: web}", "`host` and `role` exclude each other\n"},
      {"db: {image: x, role: wbe}", "there is no role `wbe`\n"},
      {"db: {image: x, tag: blue}", "there is no tag `blue`\n"},
      {"all: {image: x, role: web}", "`all` cannot be an accessory's name\n"},
      {"db: {image: x, role: web, port: redis}", "`redis` is not a port\n"},
      {"db: {image: 'x y', role: web}", "`x y` is not an image's name\n"},
      {"db: {image: x, role: web, files: [my.cnf]}",
       "this is not `local:remote[:options]` with an absolute `remote`\n"},
      {"db: {image: x, role: web, files: [{local: a, remote: /b, mode: rwx}]}",
       "`rwx` is not a file's mode\n"},
      {"db: {image: x, role: web, options: {restart: no}}", "`false` is no restart policy\n"},
      {"db: {image: x, role: web, options: {restart: 'on-failure:'}}",
       "`on-failure:` is no restart policy\n"},
      {"db: {image: x, role: web, directories: [{local: a, remote: /b, owner: 'a b'}]}",
       "`a b` is not an owner\n"},
      {"db: {image: x, role: web, files: ['a:/b/../../c']}",
       "`/b/../../c` is not a path in the container\n"},
      {"db: {image: x, role: web, labels: {service: y}}", "the label `service` is reserved\n"},
      {"db: {image: x, role: web, service: a/b}", "`a/b` cannot be a container's name\n"},
      {"{a: {image: x, role: web, service: s.1}, b: {image: x, role: web, service: s.1}}",
       "`a` and `b` have the same `service` name\n"},
  }));
  const bool map = text.starts_with("{");
  const auto errors = errors_of(minimal + "accessories: " + (map ? text : "{" + text + "}") + "\n");
  CHECK(messages(errors) == wanted);
  for (const Diagnostic& error : errors) CHECK_FALSE(error.help.empty());
}
