#include "liteship/process.h"
#include "process/failure.h"

namespace liteship {
namespace {

/// Runs git in `directory`; its output without the last line's end.
class Git {
 public:
  Git(const std::filesystem::path& directory, Interrupts& interrupts)
      : directory_(directory), interrupts_(interrupts) {}

  [[nodiscard]] RunResult run(const std::vector<std::string>& words) const {
    Command command{"git", "-C", directory_.empty() ? "." : directory_.string()};
    command.args(words);
    RunOptions options;
    options.environment = {{"LC_ALL", "C"}, {"GIT_OPTIONAL_LOCKS", "0"}};
    return run_process(command, options, interrupts_);
  }

 private:
  std::filesystem::path directory_;
  Interrupts& interrupts_;
};

bool has_repository(const std::filesystem::path& directory) {
  std::error_code code;
  std::filesystem::path at = std::filesystem::absolute(directory, code).lexically_normal();
  while (true) {
    if (std::filesystem::exists(at / ".git", code)) return true;
    if (at == at.parent_path()) return false;
    at = at.parent_path();
  }
}

}  // namespace

namespace {

/// Why HEAD cannot be read: no repository and no commit are an answer, the rest is an error.
void check_readable(const Git& git, const std::filesystem::path& directory) {
  const RunResult found = git.run({"rev-parse", "--git-dir"});
  if (found.status == 0 || !has_repository(directory)) return;
  // There is one that git will not read: no program, or another owner's directory.
  const auto lines = last_lines(found.error_output, 1);
  throw failure(ErrorKind::usage, "git cannot read this repository", lines.empty() ? "" : lines[0]);
}

// One call: each costs 3 ms before a release can begin.
void read_user(const Git& git, GitState& state) {
  for (const std::string& line :
       split_lines(git.run({"config", "--get-regexp", "^user\\.(name|email)$"}).output)) {
    // The last one counts, as for git itself: "user.name Ada"
    if (line.starts_with("user.name ")) state.user_name = line.substr(10);
    if (line.starts_with("user.email ")) state.user_email = line.substr(11);
  }
}

}  // namespace

std::optional<GitState> git_state(const std::filesystem::path& directory, Interrupts& interrupts) {
  const Git git(directory, interrupts);
  const RunResult head = git.run({"log", "-1", "--format=%H%n%s"});
  if (head.status != 0) {
    check_readable(git, directory);
    return std::nullopt;
  }
  const auto lines = split_lines(head.output);
  GitState state;
  state.revision = lines.at(0);
  state.subject = lines.size() > 1 ? lines[1] : "";
  for (std::string& line : split_lines(git.run({"status", "--porcelain"}).output)) {
    if (!line.empty()) state.changes.push_back(std::move(line));
  }
  read_user(git, state);
  return state;
}

}  // namespace liteship
