#include <unistd.h>

#include <catch2/catch_test_macros.hpp>
#include <map>

#include "temporary.h"

using namespace liteship;
using namespace liteship::test;

namespace {

struct Member {
  TarEntry entry;
  std::string text;
};

std::map<std::string, Member> members(ByteSource& tar) {
  std::map<std::string, Member> found;
  TarReader reader(tar);
  std::string last;
  while (const auto entry = reader.next()) {
    CHECK(last < entry->path);
    last = entry->path;
    found[entry->path] = {*entry, read_all(reader)};
  }
  return found;
}

std::map<std::string, Member> context(const TemporaryDirectory& directory, ContextKind kind,
                                      const std::string& below = "",
                                      const std::string& dockerfile = "Dockerfile") {
  const auto tar = open_context(directory.path(), kind, below, dockerfile);
  return members(*tar);
}

}  // namespace

TEST_CASE("git's state is HEAD, subject, changes and who works", "[process][git]") {
  const TemporaryDirectory directory;
  Interrupts never;
  CHECK_FALSE(git_state(directory.path(), never));
  git(directory, {"init", "-q"});
  CHECK_FALSE(git_state(directory.path(), never));
  directory.write("file", "one");
  git(directory, {"add", "."});
  git(directory, {"commit", "-qm", "add a file\n\nbody"});
  const auto clean = git_state(directory.path(), never);
  REQUIRE(clean);
  CHECK(clean->revision == git(directory, {"rev-parse", "HEAD"}));
  CHECK(clean->subject == "add a file");
  CHECK(clean->changes.empty());
  directory.write("file", "two");
  directory.write("new", "");
  git(directory, {"config", "user.name", "Ada  L."});
  git(directory, {"config", "user.email", "ada@example.org"});
  const auto dirty = git_state(directory.path(), never);
  REQUIRE(dirty);
  CHECK(dirty->changes == std::vector<std::string>{" M file", "?? new"});
  CHECK(dirty->user_name == "Ada  L.");
  CHECK(dirty->user_email == "ada@example.org");
}

TEST_CASE("a repository that git cannot read is an error, not no repository", "[process][git]") {
  const TemporaryDirectory directory;
  Interrupts never;
  directory.write(".git/HEAD", "nonsense");
  CHECK_THROWS_AS(git_state(directory.path(), never), Error);
}

TEST_CASE("a clean context is HEAD, a dirty one the files as they are", "[process][context]") {
  const TemporaryDirectory directory;
  git(directory, {"init", "-q"});
  directory.write("Dockerfile", "FROM scratch\n");
  directory.write("src/main", "committed", 0755);
  directory.write("src/data", "data", 0600);
  directory.write(std::string(120, 'n') + "/file", "far");
  std::filesystem::create_symlink("main", directory.path() / "src" / "link");
  git(directory, {"add", "."});
  git(directory, {"commit", "-qm", "one"});
  directory.write("src/main", "changed", 0755);
  directory.write("untracked", "new");

  const auto clean = context(directory, ContextKind::clean);
  CHECK(clean.at("src/main").text == "committed");
  CHECK(clean.count("untracked") == 0);
  const auto dirty = context(directory, ContextKind::working_tree);
  CHECK(dirty.at("src/main").text == "changed");
  CHECK(dirty.at("untracked").text == "new");
  for (const auto& found : {clean, dirty}) {
    CHECK(found.at("src/").entry.type == TarType::directory);
    CHECK(found.at("src/").entry.mode == 0755);
    CHECK(found.at("src/main").entry.mode == 0755);
    CHECK(found.at("src/data").entry.mode == 0644);
    CHECK(found.at("src/link").entry.type == TarType::symlink);
    CHECK(found.at("src/link").entry.target == "main");
    CHECK(found.at(std::string(120, 'n') + "/file").text == "far");
    CHECK(found.lower_bound(".git")->first.starts_with(".git") == false);
  }
}

TEST_CASE("both contexts honour .dockerignore and keep the Dockerfile", "[process][context]") {
  const TemporaryDirectory directory;
  git(directory, {"init", "-q"});
  directory.write("app/Dockerfile", "FROM scratch\n");
  directory.write("app/.dockerignore", "*\n!src\nsrc/secret*\n");
  directory.write("app/src/main", "m");
  directory.write("app/src/secret.key", "s");
  directory.write("app/log/x", "x");
  directory.write("app/other.Dockerfile", "FROM scratch\n");
  directory.write("app/other.Dockerfile.dockerignore", "src\n");
  directory.write("outside", "o");
  git(directory, {"add", "."});
  git(directory, {"commit", "-qm", "one"});
  for (const ContextKind kind : {ContextKind::clean, ContextKind::working_tree}) {
    std::string names;
    for (const auto& [name, member] : context(directory, kind, "app")) names += name + " ";
    CHECK(names == ".dockerignore Dockerfile src/ src/main ");
    const auto other = context(directory, kind, "app", "other.Dockerfile");
    CHECK(other.count("src/main") == 0);
    CHECK(other.count("log/x") == 1);
  }
}

TEST_CASE("the same tree gives the same bytes", "[process][context]") {
  const TemporaryDirectory directory;
  directory.write("b", "2");
  directory.write("a/z", "1");
  directory.write("a.txt", "3");
  const auto one = open_context(directory.path(), ContextKind::working_tree, ".");
  const auto two = open_context(directory.path(), ContextKind::working_tree, "");
  CHECK(read_all(*one) == read_all(*two));
}

TEST_CASE("a context that is not there is an error", "[process][context]") {
  const TemporaryDirectory directory;
  CHECK_THROWS_AS(open_context(directory.path(), ContextKind::working_tree, "no"), Error);
  CHECK_THROWS_AS(open_context(directory.path(), ContextKind::clean, ""), Error);
  git(directory, {"init", "-q"});
  directory.write("file", "x");
  git(directory, {"add", "."});
  git(directory, {"commit", "-qm", "one"});
  directory.write("new/file", "x");
  CHECK_THROWS_AS(open_context(directory.path(), ContextKind::clean, "new"), Error);
}

TEST_CASE("the build command names secrets but not their values", "[process][build]") {
  BuildRequest request;
  request.reference = "app:1";
  request.dockerfile = "build/Dockerfile";
  request.target = "final";
  request.platforms = {"linux/arm64"};
  request.args = {{"A", "b c"}};
  request.labels = {{"service", "app"}};
  request.secrets.emplace("TOKEN", Secret("hidden"));
  request.options = {"--no-cache"};
  const Command want{"docker",      "build",
                     "-t",          "app:1",
                     "-f",          "build/Dockerfile",
                     "--target",    "final",
                     "--platform",  "linux/arm64",
                     "--build-arg", "A=b c",
                     "--label",     "service=app",
                     "--secret",    "id=TOKEN,env=TOKEN",
                     "--no-cache",  "-"};
  CHECK(build_command(request) == want);
}
