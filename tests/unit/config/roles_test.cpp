#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

namespace {

using Clear = std::map<std::string, std::string>;

const std::string head = "service: notes\n";

}  // namespace

TEST_CASE("Kamal's default of logging stands where neither driver nor options are said",
          "[config][roles]") {
  for (const char* logging : {"", "logging:\n", "logging: {driver: }\n", "logging: {driver: ''}\n",
                              "logging: {driver: , options: {}}\n"}) {
    const Config config = parse(head + "servers: [192.0.2.10]\n" + logging);
    CHECK(config.logging == Logging{});
    CHECK(config.roles[0].logging == Logging{});
  }
  const Config config = parse(head + "servers: [192.0.2.10]\nlogging: {driver: local}\n");
  CHECK(config.logging.options.empty());
}

TEST_CASE("roles take what the root says and lay their own over it", "[config][roles]") {
  const Config config = parse(head +
                              "servers:\n"
                              "  job:\n"
                              "    hosts: [{192.0.2.10: [blue]}]\n"
                              "    cmd: bin/jobs\n"
                              "    options: {memory: 512m, cap-add: [A, B], init: true}\n"
                              "    labels: {kind: job}\n"
                              "    logging: {driver: local}\n"
                              "    env: {clear: {MODE: job, SHARED: mine}, secret: [JOB_KEY]}\n"
                              "    stop_timeout: 2m\n"
                              "  web: [192.0.2.10]\n"
                              "labels: {team: a}\n"
                              "logging: {options: {max-size: 5m}}\n"
                              "env:\n"
                              "  clear: {SHARED: root, ALL: yes}\n"
                              "  secret: [KEY, DB:MAIN_DB]\n"
                              "  tags: {blue: {SHARED: blue}}\n");
  REQUIRE(config.roles.size() == 2);
  CHECK(config.roles[0].name == "web");  // the primary role first
  const Role& job = config.roles[1];
  CHECK(job.cmd == "bin/jobs");
  CHECK(job.options ==
        OptionList{{"memory", "512m"}, {"cap-add", "A"}, {"cap-add", "B"}, {"init", "true"}});
  CHECK(job.labels == Clear{{"kind", "job"}, {"team", "a"}});
  CHECK(job.logging.driver == "local");
  CHECK(job.logging.options == OptionList{{"max-size", "5m"}});
  CHECK(job.env.clear == Clear{{"ALL", "true"}, {"MODE", "job"}, {"SHARED", "blue"}});
  REQUIRE(job.env.secret.size() == 3);
  CHECK(job.env.secret[1].name == "DB");
  CHECK(job.env.secret[1].secret == "MAIN_DB");
  CHECK(job.stop_timeout == std::chrono::seconds(120));
  CHECK_FALSE(job.proxy.has_value());
  CHECK(config.roles[0].proxy.has_value());
  CHECK(config.roles[0].env.clear.at("SHARED") == "root");
}

TEST_CASE("an env without clear and secret is all clear", "[config][roles]") {
  const Config config = parse(minimal + "env:\n  PORT: 3000\n  EMPTY:\n");
  CHECK(config.env.clear == Clear{{"EMPTY", ""}, {"PORT", "3000"}});
}

TEST_CASE("a role's proxy is laid over the root's", "[config][roles]") {
  const Config config = parse(head +
                              "servers:\n"
                              "  web: {hosts: [a], proxy: {app_port: 4000}}\n"
                              "  api: {hosts: [a], proxy: {host: api.example.com}}\n"
                              "proxy: {hosts: [example.com], healthcheck: {path: /ok}}\n");
  CHECK(config.roles[0].proxy->app_port == Port{4000});
  CHECK(config.roles[0].proxy->hosts == std::vector<std::string>{"example.com"});
  CHECK(config.roles[1].proxy->hosts == std::vector<std::string>{"api.example.com"});
  CHECK(config.roles[1].proxy->healthcheck.path == "/ok");
}

TEST_CASE("a primary role may be without proxy", "[config][roles]") {
  const Config config = parse(head + "servers: {web: {hosts: [a], proxy: false}}\n");
  CHECK_FALSE(config.roles[0].proxy.has_value());
}

TEST_CASE("proxy: false at the root leaves it to the roles", "[config][roles]") {
  const Config config = parse(head +
                              "proxy: false\n"
                              "servers: {web: [a], api: {hosts: [a], proxy: {host: x.com}}}\n");
  CHECK_FALSE(config.roles[0].proxy.has_value());
  CHECK(config.roles[1].proxy->hosts == std::vector<std::string>{"x.com"});
}

TEST_CASE("what is wrong with servers is named", "[config][roles]") {
  struct Row {
    std::string text;
    std::string messages;
  };
  const auto row = GENERATE(values<Row>({
      {"servers: [a, b]\n", "2 different hosts: `a`, `b`\n"},
      {"servers: {web: [a], job: {hosts: [b]}}\n", "2 different hosts: `a`, `b`\n"},
      {"servers: [a]\naccessories: {db: {image: x, host: b}}\n", "2 different hosts: `a`, `b`\n"},
      {"servers: {web: [a], job: {cmd: x}}\n", "the role `job` has no host\n"},
      {"servers: {web: [], job: [a]}\nallow_empty_roles: true\n", "the role `web` has no host\n"},
      {"servers: {app: []}\nallow_empty_roles: true\n", "the role `app` has no host\n"},
      {"servers: []\n", "the role `web` has no host\n"},
      {"servers: {}\n", "`servers` has no host\n"},
      {"servers: {a: [], b: []}\nallow_empty_roles: true\n", "`servers` has no host\n"},
      {"servers: {web: {hosts: a}}\n", "`servers.web.hosts` must be a list, not `a`\n"},
      {"servers: {web: a}\n",
       "`servers.web` must be a list or a map of keys and values, not `a`\n"},
      {"servers: {app: [a], job: [a]}\n", "no role is the primary one\n"},
      {"servers: {app: [a]}\nprimary_role: ap\n", "there is no role `ap`\n"},
      {"servers: {web: [a], api: {hosts: [a], proxy: true}}\n",
       "the roles `web` and `api` take the same requests\n"},
      {"servers: {'my web': [a]}\n",
       "the role's name `my web` may hold only letters, digits, `-` and `_`\n"},
      {"servers: ['root@a']\n", "`root@a` is not a host\n"},
      {"servers: ['a:22']\n", "`a:22` is not a host\n"},
      {"servers: ['[2001:db8::1]:22']\n", "`[2001:db8::1]:22` is not a host\n"},
      {"servers: [a]\nlabels: {service: x}\n", "the label `service` is reserved\n"},
      {"servers: [a]\nenv: {clear: {A: 1}, B: 2}\n", "`B` stands beside `clear` and `secret`\n"},
      {"servers: [a]\nenv: {secret: [\"API=hunter2\"]}\n", "this is not the name of a secret\n"},
      {"servers: [a]\nrequire_destination: true\n", "this configuration needs a destination\n"},
  }));
  const auto errors = errors_of(head + row.text);
  CHECK(messages(errors) == row.messages);
  CHECK(shown(errors).find("hunter2") == std::string::npos);
}

TEST_CASE("what Kamal reads and cannot release is read, and stops a release", "[config][roles]") {
  const Config config = parse(
      "service: notes\nimage: Ann/notes:1\nservers: {web: [root@a], api: {hosts: [root@a], proxy: "
      "true}}\n");
  CHECK(messages(config.obstacles) ==
        "`image` must not hold a tag: the tag is the version\n"
        "`root@a` is not a host\n"
        "the roles `web` and `api` take the same requests\n");
  CHECK(config.host == "root@a");
  // Beside an error all of them are told at once.
  CHECK(messages(errors_of("service: notes\nimage: Ann/notes\nservers: [a]\nimages: x\n")) ==
        "`image` may hold only small letters, digits, `-`, `_`, `.` and `/`\n"
        "unknown key `images`\n");
}

TEST_CASE("asset_path: false is none", "[config][roles]") {
  CHECK_FALSE(parse(head + "servers: [a]\nasset_path: false\n").roles[0].asset_path);
}

TEST_CASE("allow_empty_roles leaves a role without hosts out", "[config][roles]") {
  const Config config =
      parse(head + "servers: {web: [a], job: {cmd: x}}\nallow_empty_roles: true\n");
  CHECK(config.roles.size() == 1);
}

TEST_CASE("a destination is merged over the base", "[config][destination]") {
  ConfigInput input = input_of(
      "service: notes\nservers: [a]\nenv: {clear: {A: '1', B: '1'}}\nvolumes: ['v1:/v']\n");
  input.destination = "staging";
  input.overlay = SourceText{"deploy.staging.yml",
                             "servers: [b]\nenv: {clear: {B: '2'}}\nproxy: {app_prot: 1}\n"};
  const auto errors = errors_of(input);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].where->file == "deploy.staging.yml");
  CHECK(errors[0].where->line == 3);
  input.overlay->text = "servers: [b]\nenv: {clear: {B: '2'}}\n";
  const Config config = parse_config(input);
  CHECK(config.host == "b");
  CHECK(config.env.clear == Clear{{"A", "1"}, {"B", "2"}});
  CHECK(config.volumes.size() == 1);
  CHECK(config.app_name() == "notes-staging");
}
