// Rendered phases, run by the real sh in an empty home.

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "liteship/script.h"

using namespace liteship;

namespace {

class Home {
 public:
  Home() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "liteship-script-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  // The events of `script`, as `sh -s` gives them on stdout.
  [[nodiscard]] std::string run(const std::string& script) const {
    const std::filesystem::path file = path_ / "script";
    std::ofstream(file) << script;
    const std::string command = "HOME=" + path_.string() + " PATH=" + path_.string() +
                                "/bin:$PATH sh -s <" + file.string() + " 2>/dev/null";
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
      output.append(buffer.data(), n);
    pclose(pipe);
    return output;
  }
  // A program of this name that the scripts find before the real one.
  void program(const std::string& name, const std::string& body) const {
    const std::filesystem::path file = path_ / "bin" / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

Phase phase() {
  Phase p;
  p.id = "try";
  p.variables["dir"] = ".deploy/app";
  return p;
}

const std::string nasty = "it's $HOME `id` \"x\" \\ $(id) ; & | * ~ \t é";

}  // namespace

TEST_CASE("a phase tells its steps and how it ended", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "say something", Command{"true"}}};
  CHECK(Home().run(render_phase(p).text) ==
        "phase try\nstep one say something\nok one\nend try done\n");
}

TEST_CASE("a stream that is cut anywhere runs nothing", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "say something", Command{"true"}}};
  const std::string text = render_phase(p).text;
  const Home home;
  for (std::size_t cut = 0; cut + 2 < text.size(); cut += 97) {
    CHECK(home.run(text.substr(0, cut)).empty());
  }
}

TEST_CASE("words arrive as they are, whatever is in them", "[script]") {
  Phase p = phase();
  p.steps = {{"one", nasty, Command{"emit", "fact word " + nasty}}};
  const std::string events = Home().run(render_phase(p).text);
  CHECK(events.find("fact word " + nasty + "\n") != std::string::npos);
  CHECK(events.find("step one " + nasty + "\n") != std::string::npos);
}

TEST_CASE("a failed step ends the phase and undoes what had begun, in order", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "1", Command{"true"}},
             {"two", "2", Command{"give_up", "died"}},
             {"three", "3", Command{"true"}}};
  p.undo = {{"three", "never", Command{"emit", "fact undone three"}},
            {"two", "second", Command{"emit", "fact undone two"}},
            {"one", "first", Command{"emit", "fact undone one"}}};
  CHECK(Home().run(render_phase(p).text) ==
        "phase try\nstep one 1\nok one\nstep two 2\nfail two 1 died\nundo two second\n"
        "fact undone two\nundo one first\nfact undone one\nend try undone\n");
}

TEST_CASE("an undo that fails is told", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "1", Command{"false"}}};
  p.undo = {{"one", "back", Command{"false"}}};
  CHECK(Home().run(render_phase(p).text).ends_with("undo one back\nend try failed\n"));
}

TEST_CASE("work after the swap is gentle: its failure is a note", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "1", Command{"gently", "false"}}};
  CHECK(Home().run(render_phase(p).text).find("ok one failed with status 1") != std::string::npos);
}

TEST_CASE("two phases of one shell share the lock, another shell does not get it", "[script]") {
  Phase p = phase();
  p.steps = {{"lock", "take the lock", Command{"take_lock", ".kamal/lock-app", R"({"by":"Ada"})"}}};
  const std::string take = render_phase(p).text;
  const Home home;
  Phase other = phase();
  other.id = "other";
  // The second shell is started by the first one, so that both are there at the same time.
  std::ofstream(home.path() / "take") << take;
  other.steps = {{"again", "again", Command{"sh", "-c", "sh \"$HOME/take\" 9>&- >&3"}}};
  const std::string events = home.run(take + render_phase(other).text);
  CHECK(events.find("end try done") != std::string::npos);
  CHECK(events.find("busy {\"by\":\"Ada\"}\nend try busy") != std::string::npos);
}

TEST_CASE("files are written for their owner alone, and shown without secrets", "[script]") {
  Phase p = phase();
  p.files = {{".deploy/app/env/web.env", Secret("TOKEN=hush LITESHIP_END\n"), "TOKEN=[redacted]\n",
              "600"}};
  p.steps = {{"one", "1", Command{"true"}}};
  const PhaseScript script = render_phase(p);
  const Home home;
  CHECK(home.run(script.text).ends_with("end try done\n"));
  CHECK(home.read(".deploy/app/env/web.env") == "TOKEN=hush LITESHIP_END\n");
  const auto mode = std::filesystem::status(home.path() / ".deploy/app/env/web.env").permissions();
  CHECK((mode & std::filesystem::perms::mask) == std::filesystem::perms(0600));
  CHECK(script.shown.find("hush") == std::string::npos);
  CHECK(script.shown.find("TOKEN=[redacted]") != std::string::npos);
}

TEST_CASE("a detached phase ends though its shell is gone", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.variables["version"] = "4f2a91c";
  p.steps = {{"wait", "wait", Command{"sleep", "0.5"}},
             {"mark", "mark", Command{"emit", "fact late yes"}}};
  const Home home;
  (void)home.run(render_detached(p).text);  // its input ends at once: the relay stops
  std::string events;
  for (int tries = 0; tries < 100 && events.find("\nend ") == std::string::npos; ++tries) {
    usleep(50'000);
    events = home.read(".deploy/app/run/events");
  }
  CHECK(events.ends_with("fact late yes\nok mark\nend release done\n"));
}

TEST_CASE("no secret enters the script that a detached phase leaves on the server", "[script]") {
  Phase p = phase();
  p.files = {{".deploy/app/env/web.env", Secret("TOKEN=hush\n"), "TOKEN=[redacted]\n", "600"}};
  p.steps = {{"one", "1", Command{"true"}}};
  const Home home;
  (void)home.run(render_detached(p).text);
  CHECK(home.read(".deploy/app/run/script").find("hush") == std::string::npos);
  CHECK(home.read(".deploy/app/env/web.env") == "TOKEN=hush\n");
}

TEST_CASE("a database that is not there is not copied, one that cannot be read is an error",
          "[script]") {
  Phase p = phase();
  p.steps = {{"copy", "copy", Command{"copy_out", "app", "/storage/app.sqlite3", "copy.tar"}}};
  const std::string script = render_phase(p).text;
  const Home home;
  home.program("docker",
               "echo 'Error: No such container:path: app:/storage/app.sqlite3' >&2; exit 1");
  CHECK(home.run(script).ends_with("ok copy\nend try done\n"));
  CHECK_FALSE(std::filesystem::exists(home.path() / "copy.tar"));
  home.program("docker",
               "echo 'Could not find the file /storage/app.sqlite3 in container app' >&2; exit 1");
  CHECK(home.run(script).ends_with("ok copy\nend try done\n"));
  home.program("docker", "echo partly; echo 'write: no space left on device' >&2; exit 1");
  CHECK(home.run(script).find("out copy write: no space left on device\nfail copy 1 snapshot\n") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(home.path() / "copy.tar"));
  home.program("docker", "echo whole");
  CHECK(home.run(script).ends_with("ok copy\nend try done\n"));
  CHECK(home.read("copy.tar") == "whole\n");
}
