#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include "process/failure.h"
#include "process/fd.h"

namespace liteship {
namespace {

void write_all(const Fd& file, std::string_view text, const std::filesystem::path& path) {
  while (!text.empty()) {
    const ssize_t count = ::write(file.number(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_failure("cannot write `" + path.string() + "`");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
}

/// Removes a file that was not renamed.
class Unfinished {
 public:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  ~Unfinished() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  void keep() { path_.clear(); }

 private:
  std::string path_;
};

}  // namespace

std::optional<std::string> read_file(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw system_failure("cannot read `" + path.string() + "`");
  }
  std::string text;
  std::array<char, 64 * 1024> block{};
  while (true) {
    const ssize_t count = ::read(file.number(), block.data(), block.size());
    if (count == 0) return text;
    if (count > 0) {
      text.append(block.data(), static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      throw system_failure("cannot read `" + path.string() + "`");
    }
  }
}

void write_file(const std::filesystem::path& path, std::string_view text, unsigned mode) {
  std::string beside = path.string() + ".XXXXXX";
  const Fd file(::mkostemp(beside.data(), O_CLOEXEC));  // 0600 from the start
  if (!file) throw system_failure("cannot write `" + path.string() + "`");
  Unfinished unfinished(beside);
  write_all(file, text, path);
  if (::fchmod(file.number(), mode) != 0 || ::fsync(file.number()) != 0 ||
      ::rename(beside.c_str(), path.c_str()) != 0) {
    throw system_failure("cannot write `" + path.string() + "`");
  }
  unfinished.keep();
}

}  // namespace liteship
