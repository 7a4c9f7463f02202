#include "process/failure.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace liteship {

Error failure(ErrorKind kind, std::string message, std::string reason) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  diagnostic.reason = std::move(reason);
  return Error(kind, std::move(diagnostic));
}

Error system_failure(std::string message) {
  const int number = errno;
  return failure(ErrorKind::usage, std::move(message), std::generic_category().message(number));
}

Error program_failure(const Command& command, const RunResult& result) {
  // Program and verb say enough; the rest may be long.
  const std::string name =
      command.words.size() > 1 ? command.words[0] + " " + command.words[1] : command.words[0];
  const auto lines = last_lines(result.error_output, 1);
  if (result.status == 127) {
    return failure(ErrorKind::release_failed,
                   fmt::format("`{}` is not installed here", command.words[0]));
  }
  return failure(ErrorKind::release_failed,
                 fmt::format("`{}` failed with status {}", name, result.status),
                 lines.empty() ? "" : lines.front());
}

void check_interrupts(const Interrupts& interrupts) {
  if (interrupts.count() > 0) throw failure(ErrorKind::interrupted, "interrupted");
}

std::vector<std::string> last_lines(std::string_view text, std::size_t count) {
  std::vector<std::string> kept;
  for (std::string& line : split_lines(text)) {
    if (!trim(line).empty()) kept.push_back(std::move(line));
  }
  if (kept.size() > count) {
    kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(count));
  }
  return kept;
}

}  // namespace liteship
