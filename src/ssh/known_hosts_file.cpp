// Writing a new host key down.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "liteship/diagnostic.h"
#include "ssh/files.h"
#include "ssh/handles.h"
#include "ssh/known_hosts.h"

namespace liteship::ssh {
namespace {

bool write_all(const Fd& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool holds_line(const std::string& text, const std::string& line) {
  return text.starts_with(line) || text.find("\n" + line) != std::string::npos;
}

/// The old text with the line at its end.
std::string with_line(std::string text, const std::string& line) {
  if (!text.empty() && text.back() != '\n') text += '\n';
  return text + line;
}

/// Where a chain of symbolic links ends, so that the link itself stays one.
std::string target_of(const std::string& file) {
  char buffer[PATH_MAX];
  return ::realpath(file.c_str(), buffer) == nullptr ? file : buffer;
}

/// Mode and owner of the file that is replaced: root may write a user's file.
void take_over(const Fd& fd, const struct stat& old) {
  ::fchmod(fd.get(), old.st_mode & 07777U);
  if (old.st_uid != ::geteuid() || old.st_gid != ::getegid()) {
    (void)!::fchown(fd.get(), old.st_uid, old.st_gid);
  }
}

/// A copy beside the file, renamed over it. False: errno says why.
bool replace(const std::string& file, const std::string& text, const struct stat* old) {
  std::string beside = file + ".XXXXXX";
  const Fd fd(::mkostemp(beside.data(), O_CLOEXEC));  // 0600 at most from the start
  if (!fd.valid()) return false;
  ::fchmod(fd.get(), 0600);
  if (old != nullptr) take_over(fd, *old);
  if (write_all(fd, text) && ::fsync(fd.get()) == 0 &&
      ::rename(beside.c_str(), file.c_str()) == 0) {
    return true;
  }
  const int why = errno;
  ::unlink(beside.c_str());
  errno = why;
  return false;
}

/// Where nothing can be renamed over the file (it is mounted, or its directory is not ours).
bool append(const std::string& file, const std::string& text, const std::string& line) {
  const Fd fd(::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  const bool ended = text.empty() || text.back() == '\n';
  return fd.valid() && write_all(fd, ended ? line : "\n" + line);
}

bool add_line(const std::string& file, const std::string& line) {
  struct stat old {};
  const bool exists = ::stat(file.c_str(), &old) == 0;
  const auto text = exists ? read_file(file) : std::optional<std::string>("");
  if (!text) return false;
  if (holds_line(*text, line)) return true;
  // Somebody (ssh itself) is writing, or it is too long to be read whole: a copy would lose lines.
  const bool whole = !exists || static_cast<std::size_t>(old.st_size) == text->size();
  if (!whole) return append(file, *text, line);
  if (replace(file, with_line(*text, line), exists ? &old : nullptr)) return true;
  const bool no_rename = errno == EBUSY || errno == EACCES || errno == EPERM || errno == EROFS;
  return exists && no_rename && append(file, *text, line);
}

}  // namespace

void append_known_host(const std::string& file, const std::string& line) {
  const std::string target = target_of(file);
  std::filesystem::path directory = std::filesystem::path(target).parent_path();
  if (directory.empty()) directory = ".";
  (void)make_private_directory(directory.string());  // the write below says why not
  const Fd lock(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (lock.valid()) ::flock(lock.get(), LOCK_EX);  // until it is closed
  if (add_line(target, line)) return;
  throw Error(ErrorKind::host_key,
              Diagnostic{.message = fmt::format("cannot write `{}`", file),
                         .reason = std::strerror(errno),
                         .help = fmt::format("make it writable, or add this line yourself: {}",
                                             trim(line))});
}

}  // namespace liteship::ssh
