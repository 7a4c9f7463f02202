// Rendered phases, run by the real sh with a docker that fails at one call, or from one call on. A
// phase must say how it ended, undo what had begun in the plan's order, and let go of the lock.

#include <unistd.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <iostream>
#include <set>

#include "liteship/script.h"
#include "unit/plan/samples.h"
#include "unit/script/home.h"

using namespace liteship;

namespace {

namespace fs = std::filesystem;
using Lines = std::vector<std::string>;

bool starts(const std::string& line, const std::string& with) { return line.starts_with(with); }

Lines lines_with(const Lines& lines, const std::string& begin) {
  Lines found;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
               [&](const std::string& line) { return starts(line, begin); });
  return found;
}

/// What a run left behind.
struct Run {
  Lines events;
  Lines calls;
  bool is_free = false;  // the lock
  [[nodiscard]] std::string text() const { return join(events, "\n"); }
};

enum class Mode { once, forever };

class Rig {
 public:
  Rig(const Phase& phase, bool detached) : phase_(phase), detached_(detached) {}

  // `failing`: which docker call of a run in which all goes well.
  [[nodiscard]] Run run(const Lines& calls, std::size_t failing, Mode mode) const {
    const Home home;
    home.program("date", "echo 1700000000");  // so that two runs say the same to docker
    home.program("sudo", "shift; exec \"$@\"");
    fs::copy_file(SOURCE_DIR "/tests/unit/script/fake_docker.sh", home.path() / "bin/docker");
    fs::permissions(home.path() / "bin/docker", fs::perms::owner_all);
    if (failing < calls.size()) {
      const auto end = calls.begin() + static_cast<std::ptrdiff_t>(failing) + 1;
      std::ofstream(home.path() / "fail") << (mode == Mode::once ? "once\n" : "forever\n")
                                          << std::count(calls.begin(), end, calls[failing]) << "\n"
                                          << calls[failing] << "\n";
    }
    Run run;
    if (detached_) {
      (void)home.run(render_detached(phase_).text);
      wait_for(home, run);
    } else {
      run.events = split_lines(home.run(render_phase(phase_).text));
      run.is_free = free(home);
    }
    run.calls = split_lines(home.read("calls"));
    return run;
  }

 private:
  static bool free(const Home& home) {
    const std::string lock = (home.path() / ".deploy/chat/lock").string();
    return std::system(("flock -n " + lock + " true").c_str()) == 0;
  }
  static void wait_for(const Home& home, Run& run) {
    for (int tries = 0; tries < 1500; ++tries) {
      usleep(10'000);
      run.events = split_lines(home.read(".deploy/chat/run/events"));
      if (run.events.empty() || !starts(run.events.back(), "end ")) continue;
      run.is_free = free(home);
      if (run.is_free) return;
    }
  }

  const Phase& phase_;
  bool detached_;
};

// The undo that the plan has for the steps that had begun.
Lines wanted_undo(const Phase& phase, const Run& run) {
  Lines wanted;
  for (const Undo& undo : phase.undo) {
    if (!lines_with(run.events, "step " + undo.after + " ").empty()) {
      wanted.push_back("undo " + undo.after + " " + undo.title);
    }
  }
  return wanted;
}

bool is_committed(const Run& run) { return !lines_with(run.events, "ok commit").empty(); }

// True when the phase ended as if nothing had been.
bool check_run(const Phase& phase, const Run& run) {
  const std::string begin = "end " + phase.id + " ";
  REQUIRE_FALSE(run.events.empty());
  CHECK(starts(run.events.back(), begin));
  CHECK(run.is_free);
  const std::string ending = run.events.back().substr(begin.size());
  const Lines failed = lines_with(run.events, "fail ");
  if (ending == "done") {
    CHECK(failed.empty());
    return true;
  }
  CHECK((ending == "undone" || ending == "failed"));
  REQUIRE(failed.size() == 1);
  // The step that failed is the one that began last.
  const Lines steps = lines_with(run.events, "step ");
  REQUIRE_FALSE(steps.empty());
  const std::string step = split(steps.back(), ' ')[1];
  CHECK(split(failed.front(), ' ')[1] == step);
  CHECK(lines_with(run.events, "undo ") == (is_committed(run) ? Lines{} : wanted_undo(phase, run)));
  return false;
}

/// What may fail without a word: what only looks, tidies up, or comes after the swap.
bool is_gentle(const std::string& call) {
  static const Lines gentle = {"rm --force ",
                               "rm --volumes=false ",
                               "image rm ",
                               "network inspect ",
                               "unpause ",
                               "logs ",
                               "container inspect",
                               "update --restart ",
                               "stop --time ",
                               "exec chat-litestream litestream sync ",
                               "wait ",
                               "exec kamal-proxy kamal-proxy list"};
  return std::any_of(gentle.begin(), gentle.end(),
                     [&](const std::string& begin) { return starts(call, begin); });
}

std::size_t break_every_call(const std::string& name, const Phase& phase, bool detached,
                             const std::vector<Mode>& modes = {Mode::once}) {
  const Rig rig(phase, detached);
  const Run fine = rig.run({}, 0, Mode::once);
  INFO(name << "\n" << fine.text() << "\n" << join(fine.calls, "\n"));
  REQUIRE(check_run(phase, fine));
  REQUIRE_FALSE(fine.calls.empty());
  std::size_t count = 0;
  for (std::size_t i = 0; i < fine.calls.size(); ++i) {
    for (const Mode mode : modes) {
      const Run run = rig.run(fine.calls, i, mode);
      INFO(name << ", call " << i << (mode == Mode::once ? " once" : " and all after it")
                << ": docker " << fine.calls[i] << "\n"
                << run.text());
      const bool went_well = check_run(phase, run);
      if (went_well) {
        const bool is_late = is_committed(run);
        CHECK((is_gentle(fine.calls[i]) || is_late));
      }
      ++count;
    }
  }
  return count;
}

Config config(Cutover cutover, bool migrates) {
  Config c = samples::config_with_data();
  c.sqlite->cutover = cutover;
  if (!migrates) c.sqlite->migrate.reset();
  return c;
}

Request setup_request() {
  Request request = samples::request("1aaa");
  request.action = Action::setup;
  return request;
}

void tell(const std::string& name, std::size_t count) {
  std::cout << name << ": " << count << " failing calls of docker\n";
}

}  // namespace

TEST_CASE("a setup whose docker fails at any call says so and ends", "[script][faults]") {
  const Config c = config(Cutover::hold, true);
  const Plan plan = plan_release(c, {}, setup_request(), samples::bare());
  const std::size_t count = break_every_call("setup, prepare", plan.prepare, false) +
                            break_every_call("setup, release", plan.release, true);
  tell("setup", count);
  CHECK(count >= 15);
}

TEST_CASE("a release in overlap whose docker fails at any call is undone", "[script][faults]") {
  const Plan plan = plan_release(config(Cutover::overlap, true), {}, samples::request("3ccc"),
                                 samples::serving());
  const std::size_t count = break_every_call("overlap", plan.release, true);
  tell("overlap", count);
  CHECK(count >= 12);
}

TEST_CASE(
    "a release in hold whose docker fails at any call, or from there on, is undone or says so",
    "[script][faults]") {
  const Plan plan =
      plan_release(config(Cutover::hold, true), {}, samples::request("3ccc"), samples::serving());
  const std::size_t count =
      break_every_call("hold", plan.release, true, {Mode::once, Mode::forever});
  tell("hold", count);
  CHECK(count >= 34);
}

TEST_CASE("a release of the version that serves is undone, too", "[script][faults]") {
  const Plan plan =
      plan_release(config(Cutover::hold, false), {}, samples::request("2bbb"), samples::serving());
  const std::size_t count = break_every_call("again", plan.release, true);
  tell("again", count);
  CHECK(count >= 15);
}

TEST_CASE("a rollback whose docker fails at any call is undone", "[script][faults]") {
  Request request = samples::request("");
  request.action = Action::rollback;
  const Plan plan = plan_rollback(config(Cutover::hold, true), request, samples::serving());
  const std::size_t count = break_every_call("rollback", plan.release, true);
  tell("rollback", count);
  CHECK(count >= 8);
}
