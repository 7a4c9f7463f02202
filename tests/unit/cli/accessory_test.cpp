// Commands about the parts beside a release: what is said, what is sent, and how they fail.

#include <catch2/catch_test_macros.hpp>

#include "unit/cli/fixture.h"
#include "unit/release/said.h"

using namespace liteship;
using Words = std::vector<std::string>;

namespace {

constexpr const char* with_db =
    "service: chat\n"
    "image: chat\n"
    "servers:\n"
    "  - 192.0.2.10\n"
    "accessories:\n"
    "  db:\n"
    "    image: postgres:16\n"
    "    host: 192.0.2.10\n"
    "    env: {clear: {POSTGRES_USER: app}, secret: [DB_PASSWORD]}\n"
    "    files: ['config/init.sql.erb:/init.sql']\n";

FactFound db_container(const char* status) {
  return {"container",
          R"({"id":"dd","name":"/chat-db","labels":{"service":"chat-db"},"image":"sha256:5",)"
          R"("reference":"postgres:16","created":"","started":"","status":")" +
              std::string(status) + R"(","exit":0})"};
}

std::vector<Event> server_with(const std::vector<FactFound>& more) {
  std::vector<Event> facts = said::serving();
  for (const FactFound& fact : more) facts.emplace_back(fact);
  return facts;
}

void fill(Program& program) {
  program.write("deploy.yml", with_db);
  program.write("config/init.sql.erb",
                "CREATE USER <%= ENV['POSTGRES_USER'] %> PASSWORD '<%= ENV['DB_PASSWORD'] %>';\n");
  program.write(".kamal/secrets", "DB_PASSWORD=hunter2\n");
}

}  // namespace

TEST_CASE("accessory boot sends files, secrets and one script", "[cli][accessory]") {
  Program program;
  fill(program);
  program.host.phase_replies = {
      {server_with({{"image-present", "postgres:16"}}), PhaseSucceeded{}}};
  REQUIRE(program.run({"accessory", "boot", "db"}) == 0);
  CHECK(contains(program.out.text, "db runs"));
  REQUIRE(program.host.phases_ran.size() == 2);
  const PhaseScript& script = program.host.phases_ran.back();
  CHECK(contains(script.text, "CREATE USER app PASSWORD 'hunter2';"));
  CHECK_FALSE(contains(script.shown, "hunter2"));
  CHECK(program.host.commands_ran.empty());
}

TEST_CASE("accessory boot of what runs says so and sends nothing", "[cli][accessory]") {
  Program program;
  fill(program);
  program.host.phase_replies = {{server_with({db_container("running")}), PhaseSucceeded{}}};
  REQUIRE(program.run({"accessory", "boot", "all"}) == 0);
  CHECK(contains(program.out.text, "db runs already"));
  CHECK(program.host.phases_ran.size() == 1);
}

TEST_CASE("what cannot be found is named before anything is asked", "[cli][accessory]") {
  Program program;
  fill(program);
  CHECK(program.run({"accessory", "boot", "bd"}) == 2);
  CHECK(contains(program.err.text, "there is no accessory `bd`"));
  CHECK(contains(program.err.text, "did you mean `db`?"));
  std::filesystem::remove(program.directory / "config/init.sql.erb");
  CHECK(program.run({"accessory", "boot", "db"}) == 2);
  CHECK(contains(program.err.text, "there is no file `config/init.sql.erb`"));
  program.write(".kamal/secrets", "OTHER=1\n");
  CHECK(program.run({"accessory", "boot", "db"}) == 2);
  CHECK(contains(program.err.text, "DB_PASSWORD"));
  CHECK(program.requests.empty());
}

TEST_CASE("stopping an accessory needs neither its files nor its secrets", "[cli][accessory]") {
  Program program;
  program.write("deploy.yml", with_db);
  program.host.phase_replies = {{server_with({db_container("running")}), PhaseSucceeded{}}};
  REQUIRE(program.run({"accessory", "stop", "db"}) == 0);
  CHECK(contains(program.host.phases_ran.back().text, "stop_containers 10 chat-db"));
}

TEST_CASE("accessory remove asks, and names what goes", "[cli][accessory]") {
  Program program;
  program.write("deploy.yml", with_db);
  CHECK(program.run({"accessory", "remove", "db"}) == 2);
  CHECK(program.host.phases_ran.empty());
  program.reply = "yes";
  program.host.phase_replies = {{server_with({db_container("running")}), PhaseSucceeded{}}};
  REQUIRE(program.run({"accessory", "remove", "db"}) == 0);
  CHECK(contains(program.host.phases_ran.back().text, "/chat-db"));
}

TEST_CASE("accessory details and status show it", "[cli][accessory]") {
  Program program;
  program.write("deploy.yml", with_db);
  program.host.phase_replies = {{server_with({db_container("exited")}), PhaseSucceeded{}},
                                {server_with({db_container("running")}), PhaseSucceeded{}}};
  REQUIRE(program.run({"accessory", "details", "db"}) == 0);
  CHECK(contains(program.out.text, "stopped, status 0"));
  REQUIRE(program.run({"details", "--json"}) == 0);
  CHECK(contains(program.out.text, R"("accessories":{"db":{"name":"chat-db")"));
}

TEST_CASE("accessory exec keeps each word, with options on either side of the name",
          "[cli][accessory]") {
  Program program;
  program.write("deploy.yml", with_db);
  for (const Words& typed :
       {Words{"accessory", "exec", "db", "--reuse", "psql", "-c", "select 'a b'"},
        Words{"accessory", "exec", "--reuse", "db", "psql", "-c", "select 'a b'"}}) {
    program.host.commands_ran.clear();
    REQUIRE(program.run(typed) == 0);
    REQUIRE(program.host.commands_ran.size() == 1);
    const Words& words = program.host.commands_ran.front().words;
    CHECK(Words(words.end() - 3, words.end()) == Words{"psql", "-c", "select 'a b'"});
    CHECK(std::find(words.begin(), words.end(), "name=^chat-db$") != words.end());
  }
}

TEST_CASE("one word with blanks is a command line, as Kamal users type it", "[cli][exec]") {
  Program program;
  program.write("deploy.yml", with_db);
  REQUIRE(program.run({"app", "exec", "bin/rails runner 'puts 1'"}) == 0);
  const Words& words = program.host.commands_ran.front().words;
  CHECK(Words(words.end() - 3, words.end()) == Words{"bin/rails", "runner", "puts 1"});
  program.host.commands_ran.clear();
  REQUIRE(program.run({"app", "exec", "bin/rails console", "--reuse"}) == 0);
  const Words& reused = program.host.commands_ran.front().words;
  CHECK(Words(reused.end() - 2, reused.end()) == Words{"bin/rails", "console"});
  CHECK(contains(reused.at(2), "exec_here"));
  REQUIRE(program.run({"app", "exec", "bin/task --name='a b'", "-e", "A:1", "B:2", "-r", "web"}) ==
          0);
  const Words& set = program.host.commands_ran.back().words;
  CHECK(Words(set.end() - 2, set.end()) == Words{"bin/task", "--name=a b"});
  CHECK(std::find(set.begin(), set.end(), "B=2") != set.end());
  REQUIRE(program.run({"app", "exec", "a program", "-x"}) == 0);
  const Words& plain = program.host.commands_ran.back().words;
  CHECK(Words(plain.end() - 2, plain.end()) == Words{"a program", "-x"});
  REQUIRE(program.run({"server", "exec", "df -h | grep x"}) == 0);
  CHECK(program.host.commands_ran.back() == Command{"sh", "-c", "df -h | grep x"});
  REQUIRE(program.run({"server", "exec", "ls", "a b"}) == 0);
  CHECK(program.host.commands_ran.back() == Command{"ls", "a b"});
}

TEST_CASE("Kamal's filters: the one server, a pattern, and what they leave out", "[cli][filters]") {
  Program program;
  program.write("deploy.yml", with_db);
  CHECK(program.run({"app", "details", "-h", "192.0.2.*"}) == 0);
  CHECK(program.run({"app", "details", "--hosts", "192.0.2.10", "-p"}) == 0);
  CHECK(program.run({"app", "details", "-h", "192.0.2.11"}) == 2);
  CHECK(contains(program.err.text, "no host is called `192.0.2.11`"));
  CHECK(program.run({"app", "start", "-r", "wbe"}) == 2);
  CHECK(contains(program.err.text, "did you mean `web`?"));
  CHECK(program.run({"app", "details", "-h"}) == 0);
  CHECK(contains(program.out.text, "Usage: deploy app details"));
}

TEST_CASE("a release is of every role", "[cli][filters]") {
  Program program;
  program.write("deploy.yml",
                "service: chat\nimage: chat\n"
                "servers:\n  web: [192.0.2.10]\n  job: {hosts: [192.0.2.10], cmd: jobs}\n");
  CHECK(program.run({"deploy", "-r", "web"}) == 2);
  CHECK(contains(program.err.text, "a release is of every role"));
}

TEST_CASE("maintenance tells the proxy, live lets through", "[cli][traffic]") {
  Program program;
  program.write("deploy.yml", with_db);
  program.host.phase_replies = {
      {said::serving(), PhaseSucceeded{}}, {}, {said::serving(), PhaseSucceeded{}}};
  REQUIRE(program.run({"app", "maintenance", "--message", "Back at noon"}) == 0);
  CHECK(contains(program.host.phases_ran.back().text, "'--message=Back at noon'"));
  REQUIRE(program.run({"app", "live"}) == 0);
  CHECK(contains(program.host.phases_ran.back().text, "let_through chat-web"));
}

TEST_CASE("the proxy is not removed under running apps", "[cli][proxy]") {
  Program program;
  program.write("deploy.yml", with_db);
  program.host.phase_replies = {{said::serving(), PhaseSucceeded{}}};
  CHECK(program.run({"proxy", "remove", "--yes"}) == 2);
  CHECK(contains(program.err.text, "the proxy is in use"));
}

TEST_CASE("boot_config writes Kamal's files, and says what counts", "[cli][proxy]") {
  Program program;
  program.write("deploy.yml", with_db);
  std::vector<Event> facts = said::serving();
  facts.emplace_back(FactFound{"proxy_boot", "options --publish 8080:80"});
  const auto look = [](const std::vector<Event>& told) {
    return FakeHost::Reply{told, PhaseSucceeded{}};
  };
  program.host.phase_replies = {look(said::serving()), {},          look(facts),
                                look(facts),           look(facts), {}};
  REQUIRE(program.run({"proxy", "boot_config", "set", "--http-port", "8080", "--publish-host-ip",
                       "::1", "--publish-host-ip", "192.0.2.1", "--repository", "mine",
                       "--docker-options", "label=a=b", "cpus=1"}) == 0);
  const std::string& script = program.host.phases_ran.back().text;
  CHECK(
      contains(script,
               "keep_boot_file options '--publish [::1]:8080:80 --publish [::1]:443:443 --publish "
               "192.0.2.1:8080:80 --publish 192.0.2.1:443:443 --log-opt max-size=10m --label=a=b "
               "--cpus=1'"));
  CHECK(contains(script, "keep_boot_file image mine/kamal-proxy"));
  CHECK(contains(script, "keep_boot_file image_version ''"));
  CHECK(program.run({"proxy", "boot_config", "set", "--publish-host-ip", "here"}) == 2);
  CHECK(contains(program.err.text, "`here` is not an IP address"));

  REQUIRE(program.run({"proxy", "boot_config", "get"}) == 0);
  CHECK(contains(program.out.text, "options: --publish 8080:80\n"));
  program.write("deploy.yml", std::string(with_db) + "proxy: {run: {http_port: 81}}\n");
  REQUIRE(program.run({"proxy", "boot_config", "get"}) == 0);
  CHECK(contains(program.out.text, "81:80"));
  REQUIRE(program.run({"proxy", "boot_config", "reset"}) == 0);
  CHECK(contains(program.host.phases_ran.back().text, "keep_boot_file options ''"));
}

TEST_CASE("logs and exec find an app's containers by their labels", "[cli][exec]") {
  Program program;
  program.write("deploy.yml", with_db);
  const auto ran = [&](const Words& words) {
    REQUIRE(program.run(words) == 0);
    return program.host.commands_ran.back().words;
  };
  const std::string filters = "label=service=chat label=role=web label=destination=";
  for (const Words& typed : {Words{"logs"}, Words{"exec", "ls"}, Words{"exec", "--reuse", "ls"}}) {
    CHECK(samples::has(ran(typed), filters));
  }
  CHECK(samples::has(ran({"logs", "--container-id", "abc"}), "abc"));
  // Who searches looks through everything, as with Kamal.
  CHECK(samples::has(ran({"logs"}), "--tail"));
  CHECK_FALSE(samples::has(ran({"logs", "-g", "ERROR"}), "--tail"));
  CHECK(samples::has(ran({"exec", "--version", "1aaa", "ls"}), "chat:1aaa"));
  CHECK(samples::has(ran({"exec", "--version", "1aaa", "--reuse", "ls"}), "name=^chat-web-1aaa$"));
  CHECK(samples::has(ran({"exec", "ls"}), "--rm"));
  CHECK_FALSE(samples::has(ran({"exec", "--detach", "ls"}), "--rm"));
  CHECK(program.run({"exec", "--detach", "-i", "ls"}) == 2);
}

TEST_CASE("without a registry there is nothing to log in to", "[cli][registry]") {
  Program program;
  program.write("deploy.yml", with_db);
  CHECK(program.run({"registry", "login"}) == 0);
  CHECK(contains(program.out.text, "nothing to do"));
  CHECK(program.run({"build", "pull", "--version", "1aaa"}) == 2);
  CHECK(contains(program.err.text, "needs a registry"));
}
