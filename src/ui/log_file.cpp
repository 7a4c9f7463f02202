#include "ui/log_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
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
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

void LogFile::line(std::string_view text) {
  if (descriptor_ < 0) return;
  if (!at_line_start_) put("\n");
  put(time_text() + " " + std::string(text) + "\n");
  at_line_start_ = true;
}

void LogFile::output(std::string_view bytes) {
  if (descriptor_ < 0 || bytes.empty()) return;
  put(bytes);
  at_line_start_ = bytes.ends_with('\n');
}

void LogFile::put(std::string_view bytes) {
  // A full disk here must not fail a release there.
  [[maybe_unused]] const auto written = ::write(descriptor_, bytes.data(), bytes.size());
}

fs::path new_log_file(const std::string& command) {
  const auto directory = state_directory();
  if (directory.empty()) return {};
  std::error_code failure;
  const bool made = fs::create_directories(directory, failure);
  if (failure) return {};
  if (made) fs::permissions(directory, fs::perms::owner_all, failure);
  remove_old_logs(directory);
  auto time = replace_all(time_text(), ":", "");
  return directory / fmt::format("{}-{}-{}.log", time, command, getpid());
}

}  // namespace liteship
