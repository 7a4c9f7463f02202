#pragma once
// What a command's phases and commands come to, when each of them ends in every way.

#include <catch2/catch_get_random_seed.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <set>

#include "liteship/diagnostic.h"
#include "liteship/release.h"
#include "unit/release/said.h"

namespace liteship::faults {

namespace fs = std::filesystem;

/// One command on one kind of server.
struct Scenario {
  std::string name;
  Config config;
  Action action = Action::deploy;
  std::vector<std::vector<Event>> inspections;  // what the server answers, in order
  bool skip_push = false;
  BuildPlace build = BuildPlace::automatic;
};

/// Programs of the laptop (git, docker) cost time and say nothing here: there are none, and no
/// engine.
class NoPrograms {
 public:
  NoPrograms() : path_(std::getenv("PATH")) {
    setenv("PATH", "/nowhere", 1);
    setenv("DOCKER_HOST", "unix:///nowhere", 1);
  }
  ~NoPrograms() {
    setenv("PATH", path_.c_str(), 1);
    unsetenv("DOCKER_HOST");
  }
  NoPrograms(const NoPrograms&) = delete;
  NoPrograms& operator=(const NoPrograms&) = delete;

 private:
  std::string path_;
};

/// A project with a Dockerfile and a post-deploy hook that leaves a mark.
class Project {
 public:
  Project() {
    auto name = (fs::temp_directory_path() / "liteship-faults-XXXXXX").string();
    root_ = mkdtemp(name.data());
    fs::create_directories(root_ / ".deploy/hooks");
    std::ofstream(root_ / "Dockerfile") << "FROM scratch\n";
    const fs::path hook = root_ / ".deploy/hooks/post-deploy";
    std::ofstream(hook) << "#!/bin/sh\n: >" << (root_ / "released").string() << "\n";
    fs::permissions(hook, fs::perms::owner_all);
  }
  ~Project() { fs::remove_all(root_); }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;
  [[nodiscard]] const fs::path& root() const { return root_; }
  /// Did the release's last acts happen?
  [[nodiscard]] bool is_released() const {
    return fs::exists(root_ / "released") || fs::exists(root_ / ".deploy/replicas");
  }
  void forget() const {
    fs::remove(root_ / "released");
    fs::remove(root_ / ".deploy/replicas");
  }

 private:
  fs::path root_;
};

// The steps of a rendered phase, as its script would begin them.
inline std::vector<std::string> steps_of(const PhaseScript& script) {
  static const std::regex step("(?:^|\n)step ([a-z0-9-]+) ");
  std::vector<std::string> ids;
  for (std::sregex_iterator i(script.text.begin(), script.text.end(), step), end; i != end; ++i) {
    ids.push_back((*i)[1]);
  }
  return ids;
}

inline std::vector<Event> told_by(const PhaseScript& script, const std::vector<Event>& facts) {
  std::vector<Event> events = {PhaseBegan{script.name}};
  for (const std::string& id : steps_of(script)) {
    events.emplace_back(StepBegan{id, id});
    events.emplace_back(StepEnded{id, ""});
  }
  events.insert(events.end(), facts.begin(), facts.end());
  return events;
}

/// One run takes 20 ms with the sanitizers: every 20th is made, from a seed on, or with FAULTS=all
/// each of them.
class Sample {
 public:
  Sample() : every_(is_long() ? 1 : 20), next_(Catch::getSeed() % every_) {}
  bool take() {
    const bool taken = next_++ % every_ == 0;
    if (taken) ++taken_;
    return taken;
  }
  [[nodiscard]] std::size_t taken() const { return taken_; }

 private:
  static bool is_long() {
    const char* const wish = std::getenv("FAULTS");
    return wish != nullptr && std::string_view(wish) == "all";
  }
  std::size_t every_;
  std::size_t next_;
  std::size_t taken_ = 0;
};

/// What came of one run.
struct Ending {
  std::optional<ErrorKind> error;  // none: it succeeded
  std::string text;                // the whole error, as it is shown
  std::vector<Event> events;
  std::size_t calls = 0;
  FakeHost host;
};

class Grid {
 public:
  Grid(Scenario scenario, Sample& sample) : scenario_(std::move(scenario)), sample_(sample) {
    learn();
  }

  /// Every call with every fault; how many there were.
  std::size_t run() {
    const Ending fine = run_with(std::nullopt);
    INFO(fine.text);
    REQUIRE_FALSE(fine.error);
    REQUIRE(project_.is_released());
    std::size_t count = 0;
    for (std::size_t call = 0; call < calls_.size(); ++call) {
      count += calls_[call] ? break_phase(call, *calls_[call]) : break_command(call);
    }
    return count;
  }

 private:
  // Once without events, to see what is asked of the host and in which order.
  void learn() {
    replies_.clear();
    for (const auto& facts : scenario_.inspections) inspected_.push_back(facts);
    std::size_t inspection = 0;
    for (bool grew = true; grew;) {
      const Ending seen = run_with(std::nullopt);
      grew = seen.host.phases_ran.size() > replies_.size();
      if (!grew) {
        order(seen);
        return;
      }
      const PhaseScript& next = seen.host.phases_ran[replies_.size()];
      const bool looks = next.name == "inspect";
      replies_.push_back({told_by(next, looks ? inspected_.at(inspection) : std::vector<Event>{}),
                          PhaseSucceeded{}});
      if (looks && inspection + 1 < inspected_.size()) ++inspection;
    }
  }

  // Which calls are phases and which are commands: a fault at a command is not seen by the host.
  void order(const Ending& seen) {
    std::size_t phase = 0;
    for (std::size_t call = 0; call < seen.calls; ++call) {
      Fault fault;
      fault.call = call;
      const Ending cut = run_with(fault);
      const bool is_phase = cut.host.phases_ran.size() + cut.host.commands_ran.size() == call + 1;
      calls_.emplace_back(is_phase ? std::optional(seen.host.phases_ran.at(phase++))
                                   : std::nullopt);
    }
  }

  Ending run_with(const std::optional<Fault>& fault) {
    project_.forget();
    Ending ending;
    ending.host.phase_replies = replies_;
    Fault none;
    none.call = SIZE_MAX;
    FlakyHost flaky(ending.host, fault.value_or(none));
    Interrupts interrupts;
    const Secrets secrets;
    Session session{scenario_.config,
                    secrets,
                    flaky,
                    interrupts,
                    [&](const Event& event) { ending.events.push_back(event); },
                    [](std::string_view) {}};
    ReleaseOptions options;
    options.action = scenario_.action;
    options.root = project_.root();
    options.by = "Ada <ada@example.org>";
    options.command = "deploy";
    options.skip_push = scenario_.skip_push;
    options.build = scenario_.build;
    if (scenario_.action != Action::rollback) options.version = "3ccc";
    try {
      (void)(scenario_.action == Action::rollback ? run_rollback(session, options)
                                                  : run_release(session, options));
    } catch (const Error& error) {
      ending.error = error.kind();
      for (const Diagnostic& d : error.diagnostics()) ending.text += render(d, Color::off);
    }
    ending.calls = flaky.calls();
    return ending;
  }

  // What holds for every fault: the right error, which says where, and nothing after it.
  void check(const Fault& fault, ErrorKind wanted, const std::string& at) {
    if (!sample_.take()) return;
    const Ending ending = run_with(fault);
    INFO(scenario_.name << ", call " << fault.call << ", fault " << static_cast<int>(fault.kind)
                        << " after " << fault.after << " at `" << at << "`\n"
                        << ending.text);
    REQUIRE(ending.error);
    CHECK(kind_name(*ending.error) == kind_name(wanted));
    CHECK(ending.calls == fault.call + 1);
    CHECK_FALSE(project_.is_released());
    if (!at.empty()) CHECK(ending.text.find("`" + at + "`") != std::string::npos);
    if (calls_[fault.call]) return;
    const bool told = std::any_of(ending.events.begin(), ending.events.end(), [](const Event& e) {
      return std::holds_alternative<StepFailed>(e);
    });
    CHECK(told);
  }

  std::size_t break_phase(std::size_t call, const PhaseScript& script) {
    count_ = 0;
    const auto ids = steps_of(script);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::string before = i == 0 ? "" : ids[i - 1];
      break_at(call, 1 + 2 * i, before);  // before the step
      break_at(call, 2 + 2 * i, ids[i]);  // in it
      fail_at(call, 2 + 2 * i, ids[i]);
      if (i + 1 == ids.size()) break_at(call, 3 + 2 * i, ids[i]);  // after the last one
    }
    Fault busy = make(Fault::Kind::ended, call, 1);
    busy.outcome = PhaseBusy{R"({"kind":"deploy","by":"Bob"})"};
    check(busy, ErrorKind::lock_busy, "");
    return count_ + 1;
  }

  // The connection, the shell, the person.
  void break_at(std::size_t call, std::size_t after, const std::string& at) {
    check(make(Fault::Kind::lost, call, after), ErrorKind::connection, at);
    check(make(Fault::Kind::killed, call, after), ErrorKind::connection, at);
    Fault garbled = make(Fault::Kind::garbled, call, after);
    garbled.line = "ok";
    check(garbled, ErrorKind::internal, "");
    Fault once = make(Fault::Kind::interrupted, call, after);
    Fault twice = once;
    twice.times = 2;
    check(once, ErrorKind::interrupted, at);
    check(twice, ErrorKind::interrupted, at);
    count_ += 5;
  }

  // The step itself: the first one of a phase for every reason that docs/protocol.md has, the
  // others for one of them in turn, because a reason's text does not depend on its step.
  void fail_at(std::size_t call, std::size_t after, const std::string& step) {
    if (after == 2) {
      for (const std::string& reason : reasons()) fail_for(reason, call, after, step);
    } else {
      fail_for(reasons()[after / 2 % reasons().size()], call, after, step);
    }
  }

  void fail_for(const std::string& reason, std::size_t call, std::size_t after,
                const std::string& step) {
    for (const bool undone : {true, false}) {
      Fault fault = make(Fault::Kind::ended, call, after);
      fault.outcome = PhaseFailed{step, reason, 1, undone};
      const bool asked = reason == "interrupted";
      check(fault,
            !undone ? ErrorKind::needs_you
            : asked ? ErrorKind::interrupted
                    : ErrorKind::release_failed,
            step);
      ++count_;
    }
  }

  std::size_t break_command(std::size_t call) {
    const auto bytes = {std::size_t{0}, std::size_t{1000}};
    for (const std::size_t after : bytes) {
      check(make(Fault::Kind::ended, call, after), ErrorKind::release_failed, "");
      check(make(Fault::Kind::killed, call, after), ErrorKind::release_failed, "");
      check(make(Fault::Kind::lost, call, after), ErrorKind::connection, "");
      check(make(Fault::Kind::interrupted, call, after), ErrorKind::interrupted, "");
    }
    return bytes.size() * 4;
  }

  static Fault make(Fault::Kind kind, std::size_t call, std::size_t after) {
    Fault fault;
    fault.kind = kind;
    fault.call = call;
    fault.after = after;
    return fault;
  }

  static const std::vector<std::string>& reasons() {
    static const std::vector<std::string> words = [] {
      std::vector<std::string> found;
      std::ifstream page(std::string(SOURCE_DIR) + "/docs/protocol.md");
      bool inside = false;
      for (std::string line; std::getline(page, line);) {
        if (line.starts_with("#")) inside = line == "## Reasons of `fail`";
        if (!inside || !line.starts_with("| `")) continue;
        static const std::regex word("`([a-z-]+)`");
        const std::string cell = line.substr(0, line.find('|', 1));
        for (std::sregex_iterator i(cell.begin(), cell.end(), word), end; i != end; ++i) {
          found.push_back((*i)[1]);
        }
      }
      return found;
    }();
    return words;
  }

  Scenario scenario_;
  Sample& sample_;
  Project project_;
  NoPrograms no_programs_;
  std::vector<std::vector<Event>> inspected_;
  std::vector<FakeHost::Reply> replies_;
  std::vector<std::optional<PhaseScript>> calls_;  // a command has no script
  std::size_t count_ = 0;
};

}  // namespace liteship::faults
