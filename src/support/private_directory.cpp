#include <sys/stat.h>

#include <cerrno>

#include "liteship/support.h"

namespace liteship {
namespace {

/// The umask counts for mkdir, so the mode is set again: with 0777 not even we could enter.
bool make_one(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return ::chmod(path.c_str(), 0700) == 0;
  return errno == EEXIST;
}

}  // namespace

bool make_private_directory(const std::string& path) {
  for (std::size_t at = path.find('/', 1); at != std::string::npos; at = path.find('/', at + 1)) {
    struct stat info {};
    const std::string above = path.substr(0, at);
    if (::stat(above.c_str(), &info) != 0 && !make_one(above)) return false;
  }
  if (!make_one(path)) return false;
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return false;
  if (!S_ISDIR(info.st_mode)) errno = ENOTDIR;
  return S_ISDIR(info.st_mode);
}

}  // namespace liteship
