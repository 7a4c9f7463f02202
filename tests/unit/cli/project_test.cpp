// Verbs on a project: files, secrets, a fake server, exit codes.

#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "unit/cli/fixture.h"

using namespace liteship;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("init writes a project once and keeps what is there", "[cli]") {
  Program program;
  CHECK(program.run({"init"}) == 0);
  CHECK(mode_of(program.directory / ".deploy/secrets") == 0600);
  CHECK(mode_of(program.directory / ".deploy/hooks/pre-deploy.sample") == 0755);
  CHECK(contains(program.err.text, ".gitignore"));
  CHECK_FALSE(contains(program.read("deploy.yml"), "{{"));
  CHECK(program.run({"config"}) == 0);

  program.write("deploy.yml", small_config);
  program.write(".gitignore", "/.deploy/secrets*\n");
  CHECK(program.run({"init"}) == 0);
  CHECK(program.read("deploy.yml") == small_config);
  CHECK(contains(program.out.text, "kept    deploy.yml"));
  CHECK_FALSE(contains(program.err.text, ".gitignore"));
}

TEST_CASE("init leaves Kamal's deploy.yml alone", "[cli]") {
  Program program;
  program.write("config/deploy.yml", small_config);
  CHECK(program.run({"init"}) == 0);
  CHECK_FALSE(std::filesystem::exists(program.directory / "deploy.yml"));
  CHECK(contains(program.out.text, "kept    config/deploy.yml"));
}

// Two classes of one name in two modules once made every such configuration a crash.
TEST_CASE("a configuration with a registry loads", "[cli]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + "registry:\n  server: localhost:5555\n");
  CHECK(program.run({"config"}) == 0);
  program.write("deploy.yml", std::string(small_config) +
                                  "registry:\n  username: ada\n  password: [REGISTRY_PASSWORD]\n");
  CHECK(program.run({"config"}) == 0);
}

TEST_CASE("a command for a secret leaves no value in an argument", "[cli]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + "env: {secret: [SECOND]}\n");
  program.write(".deploy/secrets",
                "FIRST=\"it's 'hush' \\$x\"\n"
                "SECOND=$(tr '\\0' '\\n' </proc/$$/cmdline >args; printf %s \"$FIRST\")\n");
  (void)program.run({"--dry-run"});
  INFO(program.err.text);
  CHECK_FALSE(program.read("args").empty());
  CHECK_FALSE(contains(program.read("args"), "hush"));
}

TEST_CASE("without a configuration every verb says how to get one", "[cli]") {
  Program program;
  CHECK(program.run({}) == 2);
  CHECK(program.err.text ==
        "error: there is no `deploy.yml` or `config/deploy.yml` here\n"
        "  help: run `deploy init` to write one, or `cd` to the project\n");
  CHECK(program.run({"-c", "other.yml", "status"}) == 2);
  CHECK(contains(program.err.text, "there is no `other.yml`"));
}

TEST_CASE("deploy.yml is found where Kamal keeps it, with its destination beside it", "[cli]") {
  Program program;
  program.write("config/deploy.yml", small_config);
  program.write("config/deploy.staging.yml", "servers:\n  - 192.0.2.20\n");
  CHECK(program.run({"config", "--json"}) == 0);
  CHECK(contains(program.out.text, R"("file":"config/deploy.yml")"));
  CHECK(contains(program.out.text, R"("host":"192.0.2.10")"));
  CHECK(program.run({"config", "--json", "-d", "staging"}) == 0);
  CHECK(contains(program.out.text, R"("host":"192.0.2.20","destination":"staging")"));
  CHECK(program.run({"config", "-d", "moon"}) == 2);
  CHECK(contains(program.err.text, "there is no destination `moon`"));
}

TEST_CASE("a broken configuration is told with every problem", "[cli]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + "proxi: {}\nretain_containers: x\n");
  CHECK(program.run({"status"}) == 2);
  CHECK(contains(program.err.text, "deploy.yml:5"));
  CHECK(contains(program.err.text, "deploy.yml:6"));
  CHECK(program.requests.empty());
}

TEST_CASE("a secret that cannot be had stops a release before it connects", "[cli]") {
  Program program;
  program.write("deploy.yml", std::string(small_config) + "env:\n  secret:\n    - KEY\n");
  CHECK(program.run({"deploy"}) == 2);
  CHECK(contains(program.err.text, "KEY"));
  program.write(".deploy/secrets", "KEY=$(exit 3)\n");
  CHECK(program.run({"deploy"}) == 2);
  CHECK(contains(program.err.text, ".deploy/secrets"));
  CHECK(program.requests.empty());
}

TEST_CASE("secrets come from Kamal's files, common first, by destination", "[cli]") {
  Program program;
  const std::string ssh = "ssh:\n  key_data:\n    - KEY\n";
  program.write("deploy.yml", small_config + ssh);
  program.write("deploy.staging.yml", "servers:\n  - 192.0.2.20\n");
  program.write(".kamal/secrets-common", "KEY=common\n");
  program.write(".kamal/secrets", "KEY=$(printf plain)\n");
  program.write(".kamal/secrets.staging", "KEY=staging\n");
  CHECK(program.run({"logs"}) == 0);
  CHECK(program.run({"logs", "-d", "staging"}) == 0);
  std::filesystem::remove(program.directory / ".kamal/secrets");
  CHECK(program.run({"logs"}) == 0);
  program.write(".deploy/secrets", "KEY=ours\n");
  CHECK(program.run({"logs"}) == 0);
  REQUIRE(program.requests.size() == 4);
  CHECK(program.requests[0].key_data.at(0).reveal() == "plain");
  CHECK(program.requests[1].key_data.at(0).reveal() == "staging");
  CHECK(program.requests[2].key_data.at(0).reveal() == "common");
  CHECK(program.requests[3].key_data.at(0).reveal() == "ours");
}

TEST_CASE("the replica's key file is read before anything is connected to", "[cli]") {
  Program program;
  program.write("deploy.yml",
                std::string(small_config) +
                    "volumes: ['data:/data']\n"
                    "sqlite:\n"
                    "  databases: [/data/a.db]\n"
                    "  replica: {url: 'sftp://u@h/x', host_key: k, key_path: keys/backup}\n");
  CHECK(program.run({"deploy"}) == 2);
  CHECK(contains(program.err.text, "`keys/backup` cannot be read"));
  CHECK(contains(program.err.text, "deploy.yml:"));
  CHECK(program.requests.empty());
}

TEST_CASE("exec passes its words on as they are, and the exit code back", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.host.command_replies = {{.status = 7, .output = "listing\n", .error_output = "oops\n"}};
  CHECK(program.run({"exec", "--reuse", "-e", "A=b c", "ls", "-la", "--json", "it's"}) == 7);
  CHECK(program.out.text == "listing\n");
  CHECK(contains(program.err.text, "oops\n"));
  const auto& words = program.host.commands_ran.at(0).words;
  const auto line = join(words, " ");
  CHECK(contains(line, "A=b c"));
  CHECK(contains(line, "--json"));
}

TEST_CASE("the hook pre-connect opens the way for those who only look, too", "[cli][hook]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.write(".deploy/hooks/pre-connect", "#!/bin/sh\necho closed; exit 1\n");
  std::filesystem::permissions(program.directory / ".deploy/hooks/pre-connect",
                               std::filesystem::perms::owner_all);
  CHECK(program.run({"logs"}) == 4);
  CHECK(contains(program.err.text, "hook `pre-connect` failed with status 1"));
  CHECK(program.requests.empty());
  CHECK(program.run({"logs", "--skip-hooks"}) == 0);
  CHECK(program.run({"logs", "--dry-run"}) == 0);
}

TEST_CASE("logs are lines of JSON when JSON was asked for", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.host.command_replies = {{.status = 0, .output = "one\ntwo"}};
  CHECK(program.run({"logs", "--json"}) == 0);
  CHECK(contains(program.out.text, R"({"type":"step_output","step":"logs","text":"one"})"));
  CHECK(contains(program.out.text, R"({"type":"step_output","step":"logs","text":"two"})"));
}

TEST_CASE("a lost connection is exit code 3 and names the log", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.host.command_replies = {{.status = -1}};
  CHECK(program.run({"logs"}) == 3);
  CHECK(contains(program.err.text, "the connection to the server was lost"));
  CHECK(contains(program.err.text, "  log: " + (program.directory / "state/liteship").string()));
}

TEST_CASE("a busy lock is exit code 75", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  program.host.phase_replies = {{{}, PhaseBusy{R"({"by":"bob","since":"x","command":"deploy"})"}}};
  CHECK(program.run({"app", "restart"}) == 75);
  CHECK(contains(program.err.text, "bob"));
}

TEST_CASE("remove wants a yes", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  CHECK(program.run({"remove"}) == 2);
  CHECK(contains(program.err.text, "add `--yes`"));
  program.reply = "n";
  CHECK(program.run({"remove"}) == 2);
  CHECK(contains(program.err.text, "nothing was changed"));
  program.reply = "yes";
  CHECK(program.run({"remove", "--no-input"}) == 2);
  CHECK(program.requests.empty());
}

TEST_CASE("a dry run of the lock prints its script and connects to nothing", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  CHECK(program.run({"lock", "acquire", "-m", "it's mine", "--dry-run"}) == 0);
  CHECK(contains(program.out.text, "# phase"));
  CHECK(program.run({"exec", "--dry-run", "ls"}) == 0);
  CHECK(contains(program.out.text, "ls"));
  CHECK(program.requests.empty());
}

TEST_CASE("lock status says who holds it", "[cli]") {
  Program program;
  program.write("deploy.yml", small_config);
  CHECK(program.run({"lock", "status"}) == 0);
  CHECK(program.out.text == "nobody holds the lock\n");
  program.host.phase_replies = {
      {{FactFound{"lock", R"({"by":"bob","kind":"manual"})"}}, PhaseSucceeded{}}};
  CHECK(program.run({"lock", "status", "--json"}) == 0);
  CHECK(contains(program.out.text, R"("data":{"by":"bob","kind":"manual"})"));
}
