#include "ui/log_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "liteship/support.h"
#include "liteship/ui.h"

namespace liteship {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t logs_kept = 20;
// A server that talks without end must not fill this disk. The largest log of a release that we saw
// (a first setup with -vv, Docker installed) has 200 kB.
constexpr std::uint64_t output_limit = 64'000'000;
constexpr std::uint64_t line_limit = output_limit + 16'000'000;

/// RFC 3339 in UTC with milliseconds.
std::string time_text() {
  using namespace std::chrono;
  const auto now = floor<milliseconds>(system_clock::now());
  const auto seconds = floor<std::chrono::seconds>(now);
  return fmt::format("{:%FT%T}.{:03}Z", fmt::gmtime(system_clock::to_time_t(seconds)),
                     (now - seconds).count());
}

fs::path state_directory() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') {
    return fs::path(state) / "liteship";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path(home) / ".local/state/liteship";
  }
  return {};
}

/// Names begin with their time, so the oldest come first.
void remove_old_logs(const fs::path& directory) {
  std::vector<fs::path> logs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    if (entry.path().extension() == ".log") logs.push_back(entry.path());
  }
  std::sort(logs.begin(), logs.end());
  const auto surplus = logs.size() < logs_kept ? 0 : logs.size() - logs_kept + 1;
  for (std::size_t i = 0; i < surplus; ++i) fs::remove(logs[i], ignored);
}

}  // namespace

LogFile::LogFile(const fs::path& path) {
  if (path.empty()) return;
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  descriptor_ = open(path.c_str(), flags, 0600);
  if (descriptor_ >= 0) fchmod(descriptor_, 0600);  // the umask may have taken more away
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void LogFile::line(std::string_view text) {
  if (descriptor_ < 0 || written_ > line_limit) return;
  if (!at_line_start_) put("\n");
  put(time_text() + " " + std::string(text) + "\n");
  at_line_start_ = true;
}

void LogFile::output(std::string_view bytes) {
  if (descriptor_ < 0 || bytes.empty() || written_ > output_limit) return;
  put(bytes);
  if (written_ > output_limit) put("\n[output beyond 64 MB is left out]\n");
  at_line_start_ = bytes.ends_with('\n');
}

void LogFile::put(std::string_view bytes) {
  // A full disk here must not fail a release there.
  const auto written = ::write(descriptor_, bytes.data(), bytes.size());
  if (written > 0) written_ += static_cast<std::uint64_t>(written);
}

fs::path new_log_file(const std::string& command) {
  const auto directory = state_directory();
  if (directory.empty()) return {};
  if (!make_private_directory(directory.string())) return {};
  remove_old_logs(directory);
  auto time = replace_all(time_text(), ":", "");
  return directory / fmt::format("{}-{}-{}.log", time, command, getpid());
}

}  // namespace liteship
