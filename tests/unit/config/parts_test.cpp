// proxy, builder, registry, ssh, volumes, sqlite: values and rules.

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("what is wrong with one part is named", "[config][parts]") {
  struct Row {
    std::string text;
    std::string messages;
  };
  const auto row = GENERATE(values<Row>({
      {"proxy: {ssl: true}\n", "`ssl` needs a hostname\n"},
      {"proxy: {host: a, hosts: [b]}\n", "`host` and `hosts` exclude each other\n"},
      {"proxy: {host: 'https://a'}\n", "`https://a` is not a hostname\n"},
      {"proxy: {path_prefix: api}\n", "the path `api` must begin with `/`\n"},
      {"proxy: {healthcheck: {path: up}}\n", "the path `up` must begin with `/`\n"},
      {"proxy: {healthcheck: {interval: 0}}\n", "`healthcheck.interval` must be more than 0\n"},
      {"proxy: {host: a, ssl: {certificate_pem: A}}\n",
       "a certificate of your own needs `certificate_pem` and `private_key_pem`\n"},
      {"image: notes:v1\n", "`image` must not hold a tag: the tag is the version\n"},
      {"image: Notes\n", "`image` may hold only small letters, digits, `-`, `_`, `.` and `/`\n"},
      {"registry: {server: ghcr.io}\nimage: a\n",
       "`registry.username` is missing\n`registry.password` is missing\n"},
      {"registry: {username: a, password: [P]}\n", "`image` is missing\n"},
      {"image: a\nregistry: {username: a, password: [P, Q]}\n",
       "`registry.password` must list exactly one secret\n"},
      {"image: a\nregistry: {server: 'https://x', username: a, password: [P]}\n",
       "`registry.server` is a name, not a URL\n"},
      {"ssh: {proxy: a, proxy_command: b}\n", "`proxy` and `proxy_command` exclude each other\n"},
      {"volumes: [data]\n", "`data` is not a volume\n"},
      {"volumes: ['data:storage']\n", "`storage` must be a full path inside the container\n"},
      {"volumes: ['data/x:/x']\n", "`data/x` is neither a volume's name nor a folder\n"},
      {"volumes: ['d1:/x', 'd2:/x/']\n", "two volumes are mounted at `/x/`\n"},
      {"sqlite: {databases: [/x/a.db]}\n", "the database `/x/a.db` is not inside a volume\n"},
      {"volumes: [/x]\nsqlite: {databases: [/x/a.db]}\n",
       "the database `/x/a.db` is not inside a volume\n"},
      {"volumes: ['d1:/xy']\nsqlite: {databases: [/x/a.db]}\n",
       "the database `/x/a.db` is not inside a volume\n"},
      {"volumes: ['d1:/x:ro']\nsqlite: {databases: [/x/a.db]}\n",
       "the database `/x/a.db` is on a read-only volume\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/../y/a.db]}\n",
       "`/x/../y/a.db` must be a file's full path inside the container\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db, /x/a.db]}\n",
       "the database `/x/a.db` is named twice\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db, /x/y/a.db]}\n",
       "two databases have the file name `a.db`\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: []}\n", "`sqlite.databases` is empty\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db], retention: 90m}\n",
       "`sqlite.retention` must be whole hours, at least one\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db], replica: {url: ftp://x}}\n",
       "`ftp://x` is not a place for copies\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db], replica: {region: x}}\n",
       "`sqlite.replica.url` is missing\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db], replica: {url: sftp://u@h/x}}\n",
       "`sqlite.replica.host_key` is missing\n"},
      {"volumes: ['d1:/x']\nsqlite: {databases: [/x/a.db], replica: {url: sftp://u@h/x, "
       "host_key: k, key_path: id, secret: [LITESTREAM_SFTP_KEY]}}\n",
       "both `sqlite.replica.key_path` and the secret `LITESTREAM_SFTP_KEY`\n"},
  }));
  const auto errors = errors_of(minimal + row.text);
  INFO(row.text);
  CHECK(messages(errors) == row.messages);
  for (const Diagnostic& error : errors) CHECK(error.where->line > 2);
}

TEST_CASE("a proxy is read in full", "[config][parts]") {
  const Config config = parse(minimal +
                              "proxy:\n"
                              "  host: a.example.com, b.example.com\n"
                              "  app_port: 3000\n"
                              "  ssl: {certificate_pem: CERT, private_key_pem: KEY}\n"
                              "  ssl_redirect: no\n"
                              "  forward_headers: true\n"
                              "  response_timeout: 2m\n"
                              "  healthcheck: {path: /ok, interval: 200ms, timeout: 3}\n"
                              "  buffering: {requests: false, max_request_body: 40_000_000, "
                              "memory: 1m}\n"
                              "  logging: {request_headers: [A]}\n"
                              "  run: {http_port: 8080, bind_ips: [192.0.2.10]}\n");
  const ProxyConfig& proxy = config.proxy;
  CHECK(proxy.hosts == std::vector<std::string>{"a.example.com", "b.example.com"});
  CHECK(proxy.ssl);
  CHECK(proxy.certificate_pem->secret == "CERT");
  CHECK_FALSE(proxy.ssl_redirect);
  CHECK(proxy.forward_headers == true);
  CHECK(proxy.response_timeout == std::chrono::seconds(120));
  CHECK(proxy.healthcheck ==
        HealthCheck{"/ok", std::chrono::milliseconds(200), std::chrono::seconds(3)});
  CHECK_FALSE(proxy.buffering.requests);
  CHECK(proxy.buffering.max_request_body == 40'000'000U);
  CHECK(proxy.buffering.memory == 1U << 20);
  CHECK(proxy.log_request_headers == std::vector<std::string>{"A"});
  CHECK(proxy.run.http_port == Port{8080});
  CHECK(proxy.run.https_port == Port{443});
}

TEST_CASE("builder, registry, ssh and sqlite are read in full", "[config][parts]") {
  const Config config = parse(minimal +
                              "image: alice/notes\n"
                              "registry: {server: ghcr.io, username: alice, password: [PW]}\n"
                              "builder: {arch: [amd64, arm64], context: ., args: {A: 1}, "
                              "secrets: [TOKEN]}\n"
                              "ssh: {user: app, port: 2222, keys: [~/.ssh/k], keys_only: true, "
                              "config: [a, b], key_data: [K]}\n"
                              "volumes: ['notes:/storage', '~/files:/files:ro']\n"
                              "sqlite:\n"
                              "  databases: [/storage/a.db, {path: /storage/b.db, replicate: no}]\n"
                              "  replica: {url: s3://b/p, region: auto, secret: [AK, SK]}\n"
                              "  retention: 2d\n"
                              "  snapshots: {keep: 3}\n"
                              "  migrate: bin/migrate\n");
  CHECK(std::get<std::string>(*config.registry->username) == "alice");
  CHECK(std::get<SecretName>(*config.registry->password).secret == "PW");
  CHECK(config.builder.arch == std::vector<std::string>{"amd64", "arm64"});
  CHECK(config.builder.context == ".");
  CHECK(config.ssh.port == Port{2222});
  CHECK(config.ssh.config_files == std::vector<std::string>{"a", "b"});
  CHECK(config.volumes[1].is_host_path());
  CHECK_FALSE(config.volumes[0].is_host_path());
  CHECK(config.volumes[1].text() == "~/files:/files:ro");
  CHECK_FALSE(config.sqlite->databases[1].replicate);
  CHECK(config.sqlite->retention == std::chrono::hours(48));
  CHECK(config.sqlite->snapshots.keep == 3);
  CHECK(config.cutover() == Cutover::hold);
  std::vector<std::string> needed;
  for (const SecretName& name : needed_secrets(config)) needed.push_back(name.secret);
  CHECK(needed == std::vector<std::string>{"PW", "TOKEN", "K", "AK", "SK"});
}

TEST_CASE("Kamal's localhost registry means none", "[config][parts]") {
  const Config config = parse(minimal + "registry: {server: \"localhost:5555\"}\n");
  CHECK_FALSE(config.registry.has_value());
  CHECK(messages(config.warnings) == "no registry is started at `localhost:5555`\n");
}

TEST_CASE("a private key in the file itself is used, told, and shown nowhere", "[config]") {
  const std::string key = "-----BEGIN OPENSSH PRIVATE KEY-----\\nb3Blb\\n-----END";
  const std::string text = minimal + "ssh: {key_data: [K, \"" + key + "\"]}\n";
  const Config config = parse(text);
  CHECK(messages(config.warnings) == "a private key stands in the file itself\n");
  CHECK(config.warnings.front().where->excerpt.empty());
  REQUIRE(config.ssh.key_data.size() == 2);
  CHECK(needed_secrets(config.ssh).size() == 1);
  CHECK(value_of(config.ssh.key_data[0], {{"K", Secret("k")}}).reveal() == "k");
  CHECK(value_of(config.ssh.key_data[1], {}).reveal().find("KEY-----\nb3Blb\n") !=
        std::string::npos);
  CHECK(render_config(config).find("key_data:\n    - K\n    - \"[redacted]\"\n") !=
        std::string::npos);
  CHECK(render_kamal_config(config, Version{"1"}).find("b3Blb") == std::string::npos);
}

TEST_CASE("another machine to build on is an engine's address", "[config]") {
  CHECK(messages(parse(minimal + "builder: {remote: host.example}\n").warnings) ==
        "nothing is built at `host.example`: it is no engine's address\n");
  for (const std::string none : {"ssh://a@b", "tcp://b:2376", "server", "false", "''"}) {
    CHECK(parse(minimal + "builder: {remote: " + none + "}\n").warnings.empty());
  }
  CHECK_FALSE(parse(minimal + "builder: {remote: false}\n").builder.remote);
}

TEST_CASE("a path alone is an anonymous volume", "[config][parts]") {
  const Config config = parse(minimal + "volumes: [/cache]\n");
  CHECK(config.volumes.at(0).source.empty());
  CHECK(config.volumes.at(0).text() == "/cache");
}
