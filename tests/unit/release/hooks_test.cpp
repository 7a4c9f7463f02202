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

  void run(const std::string& name, const std::string& command) {
    Session session{config,
                    secrets,
                    host,
                    interrupts,
                    [this](const Event& event) {
                      if (const auto* note = std::get_if<Note>(&event)) notes.push_back(note->text);
                    },
                    [this](std::string_view text) { log += text; }};
    Request request;
    request.version = Version{"4f2a91c0aa"};
    request.command = command;
    ReleaseOptions options;
    options.root = root;
    run_release_hook(session, request, options, name, 7);
  }

  std::filesystem::path root;
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
  hooks.write(
      "pre-connect",
      "echo $KAMAL_COMMAND/$KAMAL_SUBCOMMAND/$DEPLOY_COMMAND $KAMAL_VERSION $DEPLOY_RUNTIME");
  hooks.run("pre-connect", "deploy app start");
  CHECK(hooks.log == "app/start/app 4f2a91c0aa 7\n");
  hooks.log.clear();
  hooks.run("pre-connect", "deploy");
  CHECK(hooks.log == "deploy//deploy 4f2a91c0aa 7\n");
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
       {std::pair{"pre-connect", "t0p -\n"}, std::pair{"pre-build", "- true\n"},
        std::pair{"pre-deploy", "t0p true\n"}, std::pair{"pre-app-boot", "- true\n"},
        std::pair{"post-deploy", "t0p -\n"}}) {
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
