#include "config/check.h"

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "config/docs.h"
#include "config/yaml.h"
#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

TEST_CASE("every page of docs/config is valid by the schema that it makes", "[config][docs]") {
  const config::Schema schema = config::read_schema(embedded_config());
  for (const EmbeddedFile& page : embedded_config()) {
    Problems problems;
    const auto source = erb::unchanged(std::string(page.path), std::string(page.text));
    for (const config::Node& document : config::parse_yaml(source, problems)) {
      config::check(document, schema, source.path, problems);
    }
    std::erase_if(problems.errors,
                  [](const Diagnostic& error) { return error.message == "`service` is missing"; });
    INFO(page.path);
    CHECK(shown(problems.errors).empty());
  }
}

TEST_CASE("a wrong key or value is told in one sentence", "[config][check]") {
  struct Row {
    std::string text;  // appended to the smallest file
    std::string message;
    std::string help;
  };
  const auto row = GENERATE(values<Row>({
      {"prooxy: {}\n", "unknown key `prooxy`",
       "did you mean `proxy`? run `deploy docs configuration` for every key"},
      {"proxy: {helthcheck: {}}\n", "unknown key `helthcheck` in `proxy`",
       "did you mean `healthcheck`? run `deploy docs proxy` for every key"},
      {"app_port: 3000\n", "unknown key `app_port`", "`app_port` belongs below `proxy:`"},
      {"ssh: {volumes: []}\n", "unknown key `volumes` in `ssh`",
       "`volumes` belongs at the root of the file"},
      {"proxy: [a]\n", "`proxy` must be true or false or a map of keys and values, not a list",
       "run `deploy docs proxy`"},
      {"volumes: data:/data\n", "`volumes` must be a list, not `data:/data`",
       "run `deploy docs volumes`"},
      {"proxy: {app_port: http}\n", "`proxy.app_port` must be a port, 1 to 65535, not `http`",
       "run `deploy docs proxy`"},
      {"proxy: {app_port: 70000}\n", "`proxy.app_port` must be a port, 1 to 65535, not `70000`",
       "run `deploy docs proxy`"},
      {"proxy: {ssl_redirect: perhaps}\n",
       "`proxy.ssl_redirect` must be true or false, not `perhaps`", "run `deploy docs proxy`"},
      {"aliases: {x: exec it's}\n",
       "`aliases.x` must be a command whose quotes are closed, not `exec it's`",
       "run `deploy docs aliases`"},
      {"retain_containers: 0\n", "`retain_containers` must be at least 1, not 0",
       "run `deploy docs configuration`"},
      {"retain_containers: many\n", "`retain_containers` must be a whole number, not `many`",
       "run `deploy docs configuration`"},
      {"drain_timeout: 500ms\n",
       "`drain_timeout` must be whole seconds, such as `30` or `2m`, not `500ms`",
       "run `deploy docs configuration`"},
      {"builder: {arch: arm46}\n",
       "`builder.arch` must be one of `amd64`, `arm64`, `x86_64`, `aarch64`, not `arm46`",
       "did you mean `arm64`?"},
      {"builder: {arch: [amd64, sparc]}\n",
       "`builder.arch[1]` must be one of `amd64`, `arm64`, `x86_64`, `aarch64`, not `sparc`", ""},
      {"sqlite: {databases: [/a/b], cutover: x}\nvolumes: ['v:/a', 'w1:/b']\n", "", ""},
      {"volumes:\n  -\n", "`volumes[0]` is empty", ""},
      {"proxy: {buffering: {memory: lots}}\n",
       "`proxy.buffering.memory` must be a size, such as `40_000_000` or `10m`, not `lots`",
       "run `deploy docs proxy`"},
      {"sqlite: {}\n", "`sqlite.databases` is missing", "run `deploy docs sqlite`"},
      {"accessories: {db: {image: x, role: web, prot: 1}}\n",
       "unknown key `prot` in `accessories.db`",
       "did you mean `port`? run `deploy docs accessories` for every key"},
  }));
  const auto errors = errors_of(minimal + row.text);
  INFO(shown(errors));
  if (row.message.empty()) {
    CHECK(errors.size() == 2);  // the cutover and the one-letter volume name
    return;
  }
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].message == row.message);
  CHECK(errors[0].help == row.help);
}

TEST_CASE("a problem points at the value in its file, line and column", "[config][check]") {
  const auto errors = errors_of(minimal + "proxy:\n  ssl_redirect: perhaps  # not sure\n");
  REQUIRE(errors.size() == 1);
  CHECK(shown(errors) ==
        "error: `proxy.ssl_redirect` must be true or false, not `perhaps`\n"
        "  --> deploy.yml:4:17\n"
        "   |\n"
        " 4 |   ssl_redirect: perhaps  # not sure\n"
        "   |                 ^^^^^^^\n"
        "  help: run `deploy docs proxy`\n");
}

TEST_CASE("keys that are not carried out give a warning", "[config][check]") {
  const Config config = parse(
      minimal +
      "volumes: ['data:/data']\n"
      "sqlite: {databases: [/data/a.sqlite3], replica: {url: 'file:///r'}, verify: {every: 24h}}\n"
      "boot: {limit: 1}\n");
  REQUIRE(config.warnings.size() == 2);
  CHECK(messages(config.warnings) ==
        "`sqlite.verify` is accepted, but not carried out yet\n"
        "`boot` is accepted, but has no effect on one server\n");
  CHECK(config.warnings[1].where->line == 5);
}

TEST_CASE("a collector has a URL", "[config][check]") {
  CHECK(parse(minimal + "output: {otel: {endpoint: 'http://a:4318/'}}\n").otel_endpoint ==
        "http://a:4318");
  CHECK(messages(errors_of(minimal + "output: {otel: {endpoint: 'a:4318'}}\n")) ==
        "`output.otel.endpoint` is a URL\n");
  CHECK(messages(errors_of(minimal + "output: {otel: {}}\n")) ==
        "`output.otel.endpoint` is missing\n");
}

TEST_CASE("an empty file misses what every file needs", "[config][check]") {
  for (const char* text : {"", "\n", "# nothing\n", "---\n"}) {
    CHECK(messages(errors_of(std::string(text))) == "`service` is missing\n`servers` is missing\n");
  }
}

TEST_CASE("a key at the root that begins with x- is a place for anchors", "[config][check]") {
  const Config config = parse(minimal +
                              "x-common: &common {A: '1', B: '2'}\n"
                              "env:\n  clear:\n    <<: *common\n    B: '3'\n");
  CHECK(config.env.clear == std::map<std::string, std::string>{{"A", "1"}, {"B", "3"}});
}
