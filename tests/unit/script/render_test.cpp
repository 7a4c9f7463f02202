// Rendered phases, run by the real sh in an empty home.

#include <unistd.h>

#include <catch2/catch_test_macros.hpp>

#include "liteship/script.h"
#include "unit/script/home.h"

using namespace liteship;

namespace {

Phase phase() {
  Phase p;
  p.id = "try";
  p.variables["dir"] = ".deploy/app";
  return p;
}

// The events of a release, once it has ended.
std::string release_events(const Home& home) {
  std::string events;
  for (int tries = 0; tries < 100 && events.find("\nend ") == std::string::npos; ++tries) {
    usleep(50'000);
    events = home.read(".deploy/app/run/events");
  }
  return events;
}

const Command kill_shell{"sh", "-c", "[ -e once ] || { : >once; kill -KILL $PPID; }"};

const std::string nasty = "it's $HOME `id` \"x\" \\ $(id) ; & | * ~ \t é";

/// Stops a container that the proxy was told to ask for its health, each time for `timeout` ms.
Phase stop_of_dead_container(const Home& home, int timeout) {
  const auto run = home.path() / ".deploy/app/run";
  std::filesystem::create_directories(run);
  std::ofstream(run / "id.app") << "0123456789abcdef\n";
  std::ofstream(run / "asked.app") << "0123456789ab 1.5 " << timeout << "\n";
  Phase p = phase();
  p.steps = {{"stop", "stop", Command{"stop_failed", "app"}}};
  return p;
}

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
  for (std::size_t cut = 0; cut + 2 < text.size(); cut += cut + 150 < text.size() ? 97 : 1) {
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
  CHECK(release_events(home).ends_with("fact late yes\nok mark\nend release done\n"));
}

TEST_CASE("a phase whose shell is killed says so, and the next one runs", "[script]") {
  Phase p = phase();
  // The shell of the steps is the parent of what it runs.
  p.steps = {{"one", "1", Command{"sh", "-c", "kill -KILL $PPID"}}};
  Phase next = phase();
  next.id = "next";
  CHECK(Home().run(render_phase(p).text + render_phase(next).text) ==
        "phase try\nstep one 1\nend try lost\nphase next\nend next done\n");
}

TEST_CASE("a release whose shell is killed is undone by the shell around it", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.steps = {{"one", "1", Command{"true"}}, {"two", "2", kill_shell}, {"three", "3", kill_shell}};
  p.undo = {{"three", "never", Command{"emit", "fact undone three"}},
            {"one", "first", Command{"emit", "fact undone one"}}};
  const Home home;
  (void)home.run(render_detached(p).text);
  CHECK(release_events(home) ==
        "phase release\nstep one 1\nok one\nstep two 2\nout two Killed\nfail two 137 killed\nundo "
        "one first\n"
        "fact undone one\nend release undone\n");
}

TEST_CASE("past the point of no return it is finished instead", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.steps = {{"commit", "c", Command{"past_return"}},
             {"two", "2", kill_shell},
             {"three", "3", Command{"emit", "fact three yes"}}};
  p.undo = {{"commit", "never", Command{"emit", "fact undone commit"}}};
  const Home home;
  (void)home.run(render_detached(p).text);
  CHECK(release_events(home) ==
        "phase release\nstep commit c\nok commit\nstep two 2\nstep two 2\nok two\nstep three 3\n"
        "fact three yes\nok three\nend release done\n");
}

TEST_CASE("a release whose shells were all killed is undone by its guard", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.steps = {{"one", "1", Command{"sh", "-c", "kill -KILL -$(cat .deploy/app/run/pid)"}}};
  p.undo = {{"one", "first", Command{"emit", "fact undone one"}}};
  const Home home;
  (void)home.run(render_detached(p).text);
  CHECK(release_events(home) ==
        "phase release\nstep one 1\nfail one 137 killed\nundo one first\nfact undone one\n"
        "end release undone\n");
}

TEST_CASE("what nobody was left to undo is undone under the next lock", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.variables["version"] = "4f2a91c";
  // Both shells: as in a power cut.
  p.steps = {{"one", "1", Command{"sh", "-c", "kill -KILL -$(cat .deploy/app/run/pid)"}}};
  p.undo = {{"one", "first", Command{"emit", "fact undone one"}}};
  const Home home;
  home.program("docker", "exit 0");
  (void)home.run(render_detached(p).text);
  usleep(300'000);
  // Nobody watches any more: as after a reboot, there is no word of how it ended.
  const std::filesystem::path events = home.path() / ".deploy/app/run/events";
  std::ofstream(events) << "phase release\nstep one 1\n";
  Phase inspect = phase();
  inspect.steps = {{"settle", "settle", Command{"settle"}}};
  const std::string script = render_phase(inspect).text;
  CHECK(home.run(script) ==
        "phase try\nstep settle settle\nfact interrupted 4f2a91c\nfact settled undone\n"
        "ok settle undone\nend try done\n");
  CHECK(home.read(".deploy/app/run/events").ends_with("fact undone one\nend release undone\n"));
  CHECK(home.run(script) == "phase try\nstep settle settle\nok settle\nend try done\n");
}

TEST_CASE("a shell that only watches does not hold the lock", "[script]") {
  Phase p = phase();
  p.id = "release";
  p.steps = {{"one", "1", Command{"true"}}};
  const Home home;
  // Its input stays open, as with a laptop that is gone without a word.
  std::ofstream(home.path() / "release") << render_detached(p).text;
  const std::string begin = "(cat " + (home.path() / "release").string() +
                            "; sleep 3) | HOME=" + home.path().string() +
                            " sh -s >/dev/null 2>&1 &";
  REQUIRE(std::system(begin.c_str()) == 0);
  CHECK(release_events(home).ends_with("end release done\n"));
  const std::string lock = (home.path() / ".deploy/app/lock").string();
  CHECK(std::system(("flock -w 1 " + lock + " true").c_str()) == 0);
}

TEST_CASE("half a line that a power cut left is no part of the history", "[script]") {
  Phase p = phase();
  p.steps = {{"history", "history", Command{"history_facts"}},
             {"ledger", "ledger", Command{"record", R"({"version":"2")"}},
             {"again", "again", Command{"record", R"({"version":"2")"}}};
  const Home home;
  std::filesystem::create_directories(home.path() / ".deploy/app");
  std::ofstream(home.path() / ".deploy/app/releases.jsonl") << "{\"version\":\"1\"}\n{\"vers";
  const std::string events = home.run(render_phase(p).text);
  CHECK(events.find("step history history\nfact release {\"version\":\"1\"}\nok history") !=
        std::string::npos);
  const std::string ledger = home.read(".deploy/app/releases.jsonl");
  CHECK(ledger.starts_with("{\"version\":\"1\"}\n{\"vers\n{\"version\":\"2\",\"finished\":"));
  CHECK(ledger.find("\"2\"") == ledger.rfind("\"2\""));  // once, whoever writes it again
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

TEST_CASE("nobody gets a dead container's address while the proxy may still ask for it",
          "[script]") {
  const Home home;
  const Phase p = stop_of_dead_container(home, 5000);
  // The proxy's log has one line more each time it is read: another's, a question that got no
  // answer in time, at last one that did not find the name.
  home.program("docker", R"sh(echo "$1" >>calls
[ "$1" = logs ] || exit 0
set -- 'x other: no such host' 'x 0123456789ab: request timed out' 'x 0123456789ab: no such host'
for line in $(seq "$(grep -c logs calls)"); do
  eval "echo \"{\\\"msg\\\":\\\"Healthcheck failed\\\",\$$line}\""
done)sh");
  CHECK(home.run(render_phase(p).text).ends_with("ok stop\nend try done\n"));
  CHECK(home.read("calls") == "stop\nlogs\nlogs\nlogs\n");
  CHECK_FALSE(std::filesystem::exists(home.path() / ".deploy/app/run/asked.app"));
}

TEST_CASE("a proxy that never asked for a dead container is waited for no longer than one answer",
          "[script]") {
  const Home home;
  const Phase p = stop_of_dead_container(home, 1000);
  home.program("docker", "echo \"$1\" >>calls; [ \"$1\" != logs ] || sleep 1");  // a long log
  CHECK(home.run(render_phase(p).text).ends_with("ok stop\nend try done\n"));
  CHECK(home.read("calls").size() < std::string("stop\nlogs\nlogs\nlogs\nlogs\nlogs\n").size());
}

TEST_CASE("docker gets values with any byte by its own environment", "[script]") {
  std::string value;
  for (int c = 1; c < 0x80; ++c) value += static_cast<char>(c);
  for (int lead = 0xc2; lead < 0xe0; ++lead) {
    for (int next = 0x80; next < 0xc0; ++next) {
      (value += static_cast<char>(lead)) += static_cast<char>(next);
    }
  }
  value += "\nLITESHIP_END\n" + std::string(65'536, 'x') + "'\\ \r\n\n";
  Phase p = phase();
  p.files = {
      {".deploy/app/env/web.env.sh", Secret("export KEY=" + quote(value) + "\n"), "x", "600"}};
  p.gone = {".deploy/app/env/old.env.sh"};
  p.steps = {{"with", "with",
              Command{"with_values", ".deploy/app/env/web.env.sh", "start_container", "app",
                      "--env", "KEY", "it's an image"}},
             {"without", "without", Command{"start_container", "other", "image"}}};
  const Home home;
  std::filesystem::create_directories(home.path() / ".deploy/app/env");
  std::ofstream(home.path() / ".deploy/app/env/old.env.sh") << "x";
  home.program("docker",
               "printf '%s' \"${KEY-}\" >\"$HOME/got.$4\"; printf '%s\\n' \"$@\" >>calls; echo id");
  CHECK(home.run(render_phase(p).text).ends_with("end try done\n"));
  CHECK(home.read("got.app") == value);
  CHECK(home.read("got.other").empty());
  CHECK(home.read("calls") ==
        "run\n--detach\n--name\napp\n--env\nKEY\nit's an image\n"
        "run\n--detach\n--name\nother\nimage\n");
  CHECK_FALSE(std::filesystem::exists(home.path() / ".deploy/app/env/old.env.sh"));
}

TEST_CASE("what a phase leaves on the server is its owner's alone, whatever the umask",
          "[script]") {
  Phase p = phase();
  p.files = {{".deploy/app/env/web.env", Secret("x"), "x", "600"}};
  p.steps = {{"take", "take", Command{"take_lock", ".kamal/lock-app", "{}"}},
             {"start", "start", Command{"start_container", "app", "image"}},
             {"copy", "copy", Command{"snapshot", "1", "5", "app", "", "/storage/app.sqlite3"}},
             {"record", "record", Command{"record", "{\"version\":\"1\""}}};
  const Home home;
  home.program("docker", "echo docker");
  CHECK(home.run("umask 0\n" + render_phase(p).text).ends_with("end try done\n"));
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(home.path() / ".deploy")) {
    INFO(entry.path());
    const auto mode = entry.status().permissions() & std::filesystem::perms::mask;
    CHECK(mode == std::filesystem::perms(entry.is_directory() ? 0700 : 0600));
    ++found;
  }
  CHECK(found >= 9);
}

TEST_CASE("a phase that only asks does not wait for ever", "[script]") {
  Phase p = phase();
  CHECK(render_phase(p).silence_limit == 0);
  p.id = "inspect";
  CHECK(render_phase(p).silence_limit == 120);
}

TEST_CASE("what an engine said before it went down is no answer", "[script]") {
  const Home home;
  Phase p = phase();
  p.steps = {{"engine", "engine", Command{"engine_facts"}},
             {"containers", "containers", Command{"container_facts", "chat", "", "chat-db"}}};
  const auto said = [&](const std::string& words) {
    home.program("docker", "[ \"$1\" != ps ] || exec echo 1\necho '" + words + "'\n");
    return home.run(render_phase(p).text);
  };
  CHECK(said(R"({"version":"28.5"})").find("fact docker {\"version\":\"28.5\"}\n") !=
        std::string::npos);
  CHECK(said(R"({"version":)").find("fact ") == std::string::npos);
}

TEST_CASE("a title is one line, whatever is in it", "[script]") {
  Phase p = phase();
  p.steps = {{"one", "a\nend try done\x1b[2J", Command{"true"}}};
  CHECK(Home().run(render_phase(p).text) ==
        "phase try\nstep one a end try done?[2J\nok one\nend try done\n");
}
