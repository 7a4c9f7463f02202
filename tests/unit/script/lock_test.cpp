// Locks among several shells at once, and what only one clock may decide.

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>

#include "liteship/script.h"
#include "unit/plan/samples.h"
#include "unit/script/home.h"

using namespace liteship;

namespace {

namespace fs = std::filesystem;

const Config app = samples::config();

PhaseScript lock_phase(LockAction action, const std::string& who) {
  Request request;
  request.by = who;
  return render_phase(plan_lock(app, request, action));
}

Phase phase(const std::vector<Command>& commands) {
  Phase p;
  p.id = "try";
  p.variables["dir"] = app_directory(app);
  for (const Command& command : commands) p.steps.push_back({"one", "1", command});
  return p;
}

// All scripts at the same time, each in a shell of its own; what they said, one after the other.
std::string run_together(const Home& home, const std::vector<PhaseScript>& scripts) {
  std::string all;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    const std::string file = "script-" + std::to_string(i);
    std::ofstream(home.path() / file) << scripts[i].text;
    all += "sh -s <\"$HOME/" + file + "\" >\"$HOME/" + file + ".out\" 2>/dev/null &\n";
  }
  (void)home.run(all + "wait\n");
  std::string said;
  for (std::size_t i = 0; i < scripts.size(); ++i) {
    said += home.read("script-" + std::to_string(i) + ".out");
  }
  return said;
}

std::size_t count(const std::string& text, const std::string& line) {
  const auto lines = split_lines(text);
  return static_cast<std::size_t>(std::count(lines.begin(), lines.end(), line));
}

// Before every call of flock something else happens: what a race would do, without luck.
void before_flock(const Home& home, const std::string& what) {
  home.program("flock", what + "\nexec /usr/bin/flock \"$@\"");
}

}  // namespace

TEST_CASE("of ten who want to keep the lock at once, one gets it", "[script][lock]") {
  const Home home;
  std::vector<PhaseScript> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(lock_phase(LockAction::acquire, "number " + std::to_string(i)));
  }
  const std::string said = run_together(home, all);
  CHECK(count(said, "end lock done") == 1);
  CHECK(count(said, "end lock busy") == 9);
}

TEST_CASE("a lock that is left on while another one is asked for counts", "[script][lock]") {
  const Home home;
  before_flock(home, "echo '{\"kind\":\"manual\",\"by\":\"Bob\"}' >.deploy/chat/lock.manual");
  const std::string said = home.run(lock_phase(LockAction::acquire, "Ada").text);
  CHECK(said.ends_with("busy {\"kind\":\"manual\",\"by\":\"Bob\"}\nend lock busy\n"));
  CHECK(home.read(".deploy/chat/lock.manual").find("Ada") == std::string::npos);
}

TEST_CASE("who meets another kind of lock does not hold this one", "[script][lock]") {
  const Home home;
  fs::create_directories(home.path() / ".kamal/lock-chat");
  const std::string take = lock_phase(LockAction::acquire, "Ada").text;
  const std::string said =
      home.run(take + "flock -n \"$HOME/.deploy/chat/lock\" true && echo it is free\n");
  CHECK(said.ends_with("end lock busy\nit is free\n"));
}

TEST_CASE("a lock whose owner has not said so yet is held by somebody", "[script][lock]") {
  const Home home;
  fs::create_directories(home.path() / ".deploy/chat");
  std::ofstream(home.path() / "take") << lock_phase(LockAction::acquire, "Ada").text;
  const std::string said =
      home.run("exec 9>>\"$HOME/.deploy/chat/lock\"; flock 9; sh -s <\"$HOME/take\" 9>&-\n");
  CHECK(said.ends_with("busy {\"kind\":\"deploy\"}\nend lock busy\n"));
}

TEST_CASE("looking at the lock disturbs neither those who look nor those who take it",
          "[script][lock]") {
  const Home home;
  (void)home.run(lock_phase(LockAction::status, "Ada").text);
  std::vector<PhaseScript> all(20, lock_phase(LockAction::status, "Ada"));
  CHECK(run_together(home, all).find("fact lock") == std::string::npos);
  // Somebody looks for a moment, just when it is asked for.
  const std::string look = "flock -s \"$HOME/.deploy/chat/lock\" sleep 0.2 & sleep 0.05\n";
  CHECK(home.run(look + lock_phase(LockAction::acquire, "Ada").text).ends_with("end lock done\n"));
}

TEST_CASE("what belongs to the whole server is done one after the other", "[script][lock]") {
  const Home home;
  const std::string slow = "echo fact begin now >&3; sleep 0.2; echo fact finish now >&3";
  const std::vector<PhaseScript> all(4, render_phase(phase({Command{"alone", "sh", "-c", slow}})));
  // Through one file, so that it shows in which order.
  std::string script;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::ofstream(home.path() / ("p" + std::to_string(i))) << all[i].text;
    script += "HOME=$HOME/" + std::to_string(i) + " sh -s <\"$HOME/p" + std::to_string(i) +
              "\" >>\"$HOME/said\" 2>/dev/null &\n";
    fs::create_directories(home.path() / std::to_string(i));
  }
  (void)home.run(script + "wait\n");
  std::string order;
  for (const std::string& line : split_lines(home.read("said"))) {
    if (line.starts_with("fact ")) order += line.substr(5, 1);
  }
  CHECK(order == "bfbfbfbf");
}

TEST_CASE("an app belongs to the home that was there first", "[script][lock]") {
  const Home home;
  // As the engine does: a volume is made once, and keeps its labels.
  home.program("docker", R"(
volume="$HOME/../volume"
case $2 in
  create) set -C; printf '%s %s\n' "${6#liteship.home=}" "${4#liteship.user=}" >"$volume" || : ;;
  inspect) cat "$volume" ;;
esac 2>/dev/null)");
  const std::string take =
      render_phase(phase({Command{"home_facts", "liteship-chat", "take"}})).text;
  const std::string look =
      render_phase(phase({Command{"home_facts", "liteship-chat", "leave"}})).text;
  const auto as = [&](const std::string& user, const std::string& script) {
    fs::create_directories(home.path() / user);
    std::ofstream(home.path() / "as") << script;
    return home.run("export PATH HOME=\"$HOME/" + user + "\"; sh -s <\"$HOME/../as\"\n");
  };
  CHECK(as("ann", look).ends_with("end try done\n"));
  CHECK(as("ann", take).ends_with("end try done\n"));
  CHECK(as("ann", take).ends_with("end try done\n"));
  const std::string owner = (home.path() / "ann").string();
  for (const std::string& script : {take, look}) {
    const std::string said = as("bob", script);
    CHECK(said.find("fact elsewhere ") != std::string::npos);
    CHECK(said.find(" " + owner + "\nfail one 1 elsewhere\n") != std::string::npos);
  }
}

TEST_CASE("the snapshot of a release stays, whatever its time, and the newest others",
          "[script][clock]") {
  const Home home;
  home.program("docker", "echo tar");
  const auto snapshots = home.path() / ".deploy/chat/snapshots";
  // Made when the server's clock was an hour ahead.
  for (const char* old : {"1-aaa", "2-bbb", "3-ccc"}) {
    fs::create_directories(snapshots / old);
    fs::last_write_time(snapshots / old, fs::file_time_type::clock::now() + std::chrono::hours(1) +
                                             std::chrono::seconds(old[0]));
  }
  Phase p = phase({Command{"snapshot", "4-ddd", "2", "chat-web", "", "/storage/app.sqlite3"}});
  CHECK(home.run(render_phase(p).text).ends_with("end try done\n"));
  std::vector<std::string> left;
  for (const auto& entry : fs::directory_iterator(snapshots))
    left.push_back(entry.path().filename());
  std::sort(left.begin(), left.end());
  CHECK(left == std::vector<std::string>{"3-ccc", "4-ddd"});
  // Once more in the same second: no directory within the other.
  std::ofstream(snapshots / "4-ddd/old.tar") << "old";
  CHECK(home.run(render_phase(p).text).ends_with("end try done\n"));
  CHECK(fs::exists(snapshots / "4-ddd/app.sqlite3.tar"));
  CHECK_FALSE(fs::exists(snapshots / "4-ddd/old.tar"));
}

TEST_CASE("a release at work is no interrupted one", "[script]") {
  const Home home;
  const auto run = home.path() / ".deploy/chat/run";
  fs::create_directories(run);
  std::ofstream(run / "events") << "phase release\n";
  std::ofstream(run / "version") << "4f2a91c\n";
  const std::string look = render_phase(phase({Command{"history_facts"}})).text;
  CHECK(home.run(look).find("fact interrupted 4f2a91c\n") != std::string::npos);
  const std::string said = home.run("exec 8>\"$HOME/.deploy/chat/run/alive\"; flock 8\n" + look);
  CHECK(said.find("interrupted") == std::string::npos);
}
