// Hooks: real programs, run with what Kamal gives them.

#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>

#include "release/steps.h"
#include "unit/plan/samples.h"

using namespace liteship;

namespace {

struct Hooks {
  Hooks() {
    auto name = (std::filesystem::temp_directory_path() / "liteship-hooks-XXXXXX").string();
    root = mkdtemp(name.data());
  }
  ~Hooks() { std::filesystem::remove_all(root); }
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;

  void write(const std::string& name, const std::string& body) const {
    const auto path = root / ".deploy/hooks" / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n" << body;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  Session session() {
    options.root = root;
    return {config,
            secrets,
            host,
            interrupts,
            [this](const Event& event) {
              if (const auto* note = std::get_if<Note>(&event)) notes.push_back(note->text);
            },
            [this](std::string_view text) { log += text; }};
  }

  void run(const std::string& name, const std::string& command) {
    Session all = session();
    Request request;
    request.version = Version{"4f2a91c0aa"};
    request.command = command;
    request.by = by;
    request.now = 1'800'000'000;
    run_release_hook(all, request, options, name, 7);
  }

  std::filesystem::path root;
  ReleaseOptions options;
  std::string by = "Ada Lovelace <ada@example.org>";
  Config config = samples::config();
  Secrets secrets;
  FakeHost host;
  Interrupts interrupts;
  std::string log;
  std::vector<std::string> notes;
};

}  // namespace

TEST_CASE("a hook is told what is being done, by Kamal's names and ours", "[release][hook]") {
  Hooks hooks;
  hooks.config.destination = "staging";
  hooks.options.roles = {"job", "web"};
  hooks.write("post-deploy", "env | grep ^KAMAL_ | sort");
  hooks.run("post-deploy", "deploy app start");
  CHECK(hooks.log ==
        "KAMAL_COMMAND=app\nKAMAL_DESTINATION=staging\nKAMAL_HOSTS=203.0.113.10\nKAMAL_LOCK=false\n"
        "KAMAL_PERFORMER=ada@example.org\nKAMAL_RECORDED_AT=2027-01-15T08:00:00Z\n"
        "KAMAL_ROLES=job,web\nKAMAL_RUNTIME=7\nKAMAL_SERVICE=chat\n"
        "KAMAL_SERVICE_VERSION=chat@4f2a91c\nKAMAL_SUBCOMMAND=start\n"
        "KAMAL_VERSION=4f2a91c0aa\n");
}

TEST_CASE("what there is not, Kamal leaves out and we leave empty", "[release][hook]") {
  Hooks hooks;
  hooks.by = "ada@laptop";
  hooks.write("pre-connect",
              "set -u; env | grep -c ^KAMAL_; echo $KAMAL_COMMAND $KAMAL_PERFORMER "
              "\"<$DEPLOY_DESTINATION$DEPLOY_SUBCOMMAND$DEPLOY_ROLES$DEPLOY_RUNTIME>\"");
  hooks.run("pre-connect", "deploy");
  CHECK(hooks.log == "8\ndeploy ada <>\n");
}

TEST_CASE("pre-connect runs once, and is what comes first", "[release][hook]") {
  Hooks hooks;
  hooks.write("pre-connect", "echo greeted");
  Session session = hooks.session();
  run_pre_connect(session, hooks.options);
  run_pre_connect(session, hooks.options);
  CHECK(hooks.log == "greeted\n");
}

TEST_CASE("a command that takes no lock tells hooks so", "[release][hook]") {
  Hooks hooks;
  hooks.write("pre-build", "echo $KAMAL_LOCK");
  hooks.run("pre-build", "deploy");
  hooks.options.takes_lock = false;
  hooks.run("pre-build", "deploy build push");
  CHECK(hooks.log == "true\nfalse\n");
}

TEST_CASE("secrets are for the hooks that Kamal gives them to", "[release][hook]") {
  Hooks hooks;
  hooks.secrets.emplace("TOKEN", Secret("hush"));
  for (const char* name : {"pre-deploy", "pre-build"}) hooks.write(name, "echo \"<$TOKEN>\"");
  hooks.run("pre-deploy", "deploy");
  CHECK(hooks.log == "<hush>\n");
  hooks.log.clear();
  hooks.run("pre-build", "deploy");
  CHECK(hooks.log == "<>\n");
}

TEST_CASE("hooks_output shows what a hook printed", "[release][hook]") {
  Hooks hooks;
  hooks.config.hooks_output.of["pre-build"] = HookOutput::verbose;
  for (const char* name : {"pre-deploy", "pre-build"}) hooks.write(name, "echo one; echo two");
  hooks.run("pre-build", "deploy");
  CHECK(hooks.notes == std::vector<std::string>{"hook pre-build ran", "one", "two"});
  hooks.notes.clear();
  hooks.run("pre-deploy", "deploy");
  CHECK(hooks.notes == std::vector<std::string>{"hook pre-deploy ran"});
}

TEST_CASE("a hook that fails stops the release, or says that it is out already",
          "[release][hook]") {
  Hooks hooks;
  for (const auto& [name, kind] : {std::pair{"pre-deploy", ErrorKind::release_failed},
                                   std::pair{"post-deploy", ErrorKind::needs_you}}) {
    hooks.write(name, "echo not today; exit 3");
    try {
      hooks.run(name, "deploy");
      FAIL(name << " was let through");
    } catch (const Error& error) {
      CHECK(error.kind() == kind);
      CHECK(error.diagnostics().front().message ==
            "hook `" + std::string(name) + "` failed with status 3");
      CHECK(error.diagnostics().front().reason == "not today");
    }
  }
}

TEST_CASE("secrets are for the hooks that talk to others, the lock for those under it",
          "[release][hook]") {
  Hooks hooks;
  hooks.secrets.emplace("TOKEN", Secret("t0p"));
  for (const auto& [name, said] :
       {std::pair{"pre-connect", "t0p false\n"}, std::pair{"pre-build", "- true\n"},
        std::pair{"pre-deploy", "t0p true\n"}, std::pair{"pre-app-boot", "- true\n"},
        std::pair{"post-deploy", "t0p false\n"}}) {
    INFO(name);
    hooks.write(name, "echo ${TOKEN:--} ${KAMAL_LOCK:--}");
    hooks.log.clear();
    hooks.run(name, "deploy");
    CHECK(hooks.log == said);
  }
}

TEST_CASE("a hook after the swap that fails says that the version serves", "[release][hook]") {
  Hooks hooks;
  hooks.write("post-app-boot", "exit 1");
  CHECK_THROWS_AS(hooks.run("post-app-boot", "deploy"), Error);
}
