// A phase becomes one shell function with a subshell as its body, and one call as the last line: a
// stream that is cut short runs nothing, and `set -e` in it cannot end the long-lived shell. When
// the subshell is killed, the shell around it is still there to say so, or to take over.

#include <array>

#include "liteship/script.h"
#include "script/library.h"

namespace liteship {
namespace {

enum class Reader { server, person };  // a person sees no secrets
enum class Where { attached, detached };

// A here-document's end that its text does not contain.
std::string delimiter_for(std::string_view text) {
  std::string delimiter = "LITESHIP_END";
  while (text.find(delimiter) != std::string_view::npos) delimiter += "_";
  return delimiter;
}

// A process less where it is there already, which is nearly always.
std::string make_directory(const std::string& word) {
  return "[ -d " + word + " ] || mkdir -p " + word;
}

// Writes text to a file by here-document: never in argv, never in the environment.
std::string render_file(const std::string& path, std::string_view text, const std::string& mode) {
  const std::string end = delimiter_for(text);
  std::string script;
  const std::string target = quote(path);
  if (const std::size_t slash = path.rfind('/'); slash != std::string::npos) {
    script += make_directory(quote(path.substr(0, slash))) + "\n";
  }
  // Written beside and renamed: a reader sees the old or the new text. A here-document holds lines;
  // what is none, byte for byte, travels as base64.
  const bool lines = text.empty() || (text.back() == '\n' && text.find('\0') == text.npos);
  script += (lines ? "cat" : "base64 -d") + (" >" + target) + ".new <<'" + end + "'\n";
  script += lines ? std::string(text) : base64_encode(text) + "\n";
  script += end + "\nchmod " + quote(mode) + " " + target + ".new\n";
  script += "mv " + target + ".new " + target + "\n";
  return script;
}

// A title is part of an event, which is one line.
std::string render_title(const std::string& title) {
  return quote(replace_all(printable(title), "\n", " "));
}

std::string render_step(const Step& s) {
  return "step " + quote(s.id) + " " + render_title(s.title) + "\n" + render(s.command) + "\nok\n";
}

// Steps behind the point of no return are a function, which can be run again (`take_over`).
std::string render_steps(const Phase& phase, Where where) {
  std::string text;
  std::string forward;
  bool past_return = false;
  for (const Step& s : phase.steps) {
    (past_return ? forward : text) += render_step(s);
    past_return = past_return || (where == Where::detached && s.command.words[0] == "past_return");
  }
  if (where == Where::attached) return text;
  return "go_on() {\n:\n" + forward + "}\n" +
         "case ${1:-} in guard) stand_guard ;; again) take_over ;; esac\n" +
         "emit \"phase $phase\"\n" + text + "go_on\n";
}

std::string render_undo(const Phase& phase) {
  std::string text = "undo_steps() {\n:\n";
  for (const Undo& u : phase.undo) {
    text += "undo " + quote(u.after) + " " + render_title(u.title) + " " + render(u.command) + "\n";
  }
  return text + "}\n";
}

std::string render_files(const Phase& phase, Reader reader) {
  std::string text;
  for (const PhaseFile& file : phase.files) {
    const bool hide = reader == Reader::person && !file.shown.empty();
    text += render_file(file.path, hide ? file.shown : file.content.reveal(), file.mode);
  }
  if (!phase.gone.empty()) text += render(Command{"rm", "-f", "--"}.args(phase.gone)) + "\n";
  return text;
}

std::string render_variables(const Phase& phase, Where where) {
  std::string text = "phase=" + quote(phase.id) + "\n";
  text += std::string("detached=") + (where == Where::detached ? "yes" : "no") + "\n";
  for (const auto& [name, value] : phase.variables) text += name + "=" + quote(value) + "\n";
  return text;
}

// Everything between the function's braces. `tail` runs after the steps.
std::string render_body(const Phase& phase, Where where, Reader reader, const std::string& tail) {
  const std::string undo = render_undo(phase);
  const std::string steps = render_steps(phase, where);
  std::string text = render_variables(phase, where);
  text += needed_functions(undo + steps + tail);
  text += undo;
  text += "trap finish EXIT\ntrap 'reason=interrupted; exit 130' TERM INT HUP\n";
  if (where == Where::attached) {
    text +=
        "emit \"phase $phase\"\n" + make_directory("\"$run\"") + "\n" + render_files(phase, reader);
  }
  text += steps;
  return text + "ending=done\n" + tail;
}

// The lock's file is opened by the long-lived shell itself, on 9, and stays open between phases.
std::string open_lock(const Phase& phase) {
  const auto dir = phase.variables.find("dir");
  if (dir == phase.variables.end()) return "";
  const std::string path = "\"$HOME\"/" + quote(dir->second);
  return "umask 077; " + make_directory(path) + "; [ -n \"${lock_open:-}\" ] || exec 9>>" + path +
         "/lock; lock_open=yes\n";
}

// Both with a phase's descriptors: events on 3, the laptop's words on 4, the rest for the log.
std::string call(const std::string& function) { return function + " 3>&1 1>&2 4<&0 </dev/null"; }

// A phase ends with a status below 128 (`finish`), unless it was killed. One line in braces: it
// runs when all of it is there. No `||` behind a function: in front of one `set -e` has no effect.
std::string unless_killed(const std::string& calls, const std::string& otherwise) {
  return "{ " + calls + "; [ $? -lt 128 ] || " + otherwise + "; }\n";
}

std::string call_phase(const std::string& function, const std::string& phase) {
  return unless_killed(call(function), "echo 'end " + phase + " lost'");
}

std::string as_function(const std::string& name, const std::string& body) {
  return name + "() (\n" + body + ")\n";
}

// A phase that only follows has neither steps nor an end of its own: the release's events say
// `end`.
std::string follow_body(const Phase& phase, const std::string& launch) {
  std::string text = render_variables(phase, Where::attached);
  text += needed_functions("follow " + launch);
  text += "undo_steps() { :; }\n";
  if (!launch.empty()) {
    text += "if [ \"$1\" = launch ]; then\ntrap finish EXIT\n" + launch;
    text += "trap - EXIT\nexit 0\nfi\n";
  }
  return text + "follow\n";
}

std::string render_text(const Phase& phase, Reader reader) {
  const std::string name = "liteship_" + replace_all(phase.id, "-", "_");
  return open_lock(phase) + as_function(name, render_body(phase, Where::attached, reader, "")) +
         call_phase(name, phase.id);
}

// What runs in the session of its own. The shell around the steps takes over when they are killed.
std::string release_script(const Phase& phase, Reader reader) {
  return "trap : TERM INT HUP\nexec 3>>\"$HOME\"/" +
         quote(phase.variables.at("dir") + "/run/events") + "\n" +
         as_function("liteship_release", render_body(phase, Where::detached, reader, "")) +
         unless_killed("liteship_release \"$@\"", "liteship_release again");
}

std::string detached_text(const Phase& phase, Reader reader) {
  const std::string file = phase.variables.at("dir") + "/run/script";
  const auto version = phase.variables.find("version");
  // The files are written here, not by the release, so that no secret enters run/script.
  const std::string launch = make_directory("\"$run\"") + "\n" + render_files(phase, reader) +
                             render_file(file, release_script(phase, reader), "600") + "launch " +
                             quote(file) + " " +
                             quote(version == phase.variables.end() ? "" : version->second) + "\n";
  // From then on the lock is the release's alone: a laptop that is never heard of again must not
  // hold it with a shell that only watches.
  const std::string calls = call("liteship_watch launch") +
                            "; ended=$?; [ $ended != 0 ] || { exec 9>&-; lock_open=; " +
                            call("liteship_watch follow") + "; ended=$?; }; (exit $ended)";
  return open_lock(phase) + as_function("liteship_watch", follow_body(phase, launch)) +
         unless_killed(calls, "echo 'end " + phase.id + " lost'");
}

// Phases that only ask: whatever they wait for takes seconds. What changes the server may be silent
// for as long as a restore or a pull takes.
int silence_limit(const Phase& phase) {
  constexpr int seconds = 120;
  const bool asks = phase.id == "inspect" || phase.id == "lock" || phase.id == "db-status";
  return asks ? seconds : 0;
}

}  // namespace

PhaseScript render_phase(const Phase& phase) {
  return {phase.id,
          render_text(phase, Reader::server),
          render_text(phase, Reader::person),
          "",
          "",
          silence_limit(phase)};
}

PhaseScript render_detached(const Phase& phase) {
  return {phase.id,
          detached_text(phase, Reader::server),
          detached_text(phase, Reader::person),
          "undo\n",
          "quit\n",
          0};
}

Command render_command(const std::string& function, const std::vector<std::string>& words) {
  Phase phase;
  phase.id = function;
  phase.variables["dir"] = ".deploy";
  const std::string text = render_variables(phase, Where::attached) + "exec 3>&2\n" +
                           needed_functions(function) + function + " \"$@\"\n";
  return Command{"sh", "-c", text, "sh"}.args(words);
}

PhaseScript render_follow(const Phase& phase) {
  const std::string text = open_lock(phase) +
                           as_function("liteship_watch", follow_body(phase, "")) +
                           call_phase("liteship_watch", phase.id);
  return {phase.id, text, text, "undo\n", "quit\n", 0};
}

}  // namespace liteship
