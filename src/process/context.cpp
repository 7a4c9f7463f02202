// The build's context. .dockerignore is honoured here because builders do not: it is the docker
// client's work when it is given a directory, and we give a tar.

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "process/failure.h"
#include "process/fd.h"

namespace liteship {
namespace {

namespace fs = std::filesystem;

unsigned plain_mode(TarType type, unsigned mode) {
  return type == TarType::directory || (mode & 0100U) != 0 ? 0755 : 0644;
}

/// .dockerignore's rules and the two files that stay in nevertheless: the builder needs them.
class Filter {
 public:
  Filter(std::string_view rules, const std::string& dockerfile)
      : rules_(rules), dockerfile_(fs::path(dockerfile).lexically_normal().generic_string()) {}
  [[nodiscard]] bool keeps(std::string_view path) const {
    if (path == ".git" || path.starts_with(".git/")) return false;
    return path == dockerfile_ || path == ".dockerignore" || !rules_.ignores(path);
  }
  [[nodiscard]] bool descends(std::string_view directory) const {
    if (directory == ".git") return false;
    return dockerfile_.starts_with(std::string(directory) + "/") || rules_.may_descend(directory);
  }

 private:
  IgnoreRules rules_;
  std::string dockerfile_;
};

/// Reads an open file.
class FileSource : public ByteSource {
 public:
  FileSource(Fd file, fs::path path) : file_(std::move(file)), path_(std::move(path)) {}
  std::size_t read(std::span<char> buffer) override {
    while (true) {
      const ssize_t count = ::read(file_.number(), buffer.data(), buffer.size());
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) throw system_failure("cannot read `" + path_.string() + "`");
    }
  }

 private:
  Fd file_;
  fs::path path_;
};

// ---- HEAD

std::string text_in_head(const fs::path& directory, const std::string& path) {
  Interrupts never;
  const Command command{"git", "-C", directory.string(), "show", "HEAD:./" + path};
  const RunResult shown = run_process(command, {}, never);
  return shown.status == 0 ? shown.output : "";
}

bool is_in_head(const fs::path& directory, const std::string& path) {
  Interrupts never;
  const Command command{"git", "-C", directory.string(), "cat-file", "-e", "HEAD:./" + path};
  return run_process(command, {}, never).status == 0;
}

/// `git archive` through the filter.
class HeadContext : public ByteSource {
 public:
  HeadContext(const fs::path& directory, Filter filter)
      : filter_(std::move(filter)),
        archive_(open_archive_of(directory)),
        reader_(*archive_),
        tar_(open_tar([this] { return next(); })) {}
  std::size_t read(std::span<char> buffer) override { return tar_->read(buffer); }

 private:
  /// A member's content; the reader stays ours.
  class Content : public ByteSource {
   public:
    explicit Content(TarReader& reader) : reader_(reader) {}
    std::size_t read(std::span<char> buffer) override { return reader_.read(buffer); }

   private:
    TarReader& reader_;
  };

  static std::unique_ptr<ByteSource> open_archive_of(const fs::path& directory) {
    // In a subdirectory git archives that subtree, with the commit's time.
    return open_process({"git", "-C", directory.string(), "archive", "--format=tar", "HEAD"}, {});
  }

  std::optional<TarPart> next() {
    while (auto entry = reader_.next()) {
      const std::string_view path = entry->path;
      if (!filter_.keeps(path.substr(0, path.find_last_not_of('/') + 1))) continue;
      entry->mode = plain_mode(entry->type, entry->mode);
      return TarPart{*entry, std::make_unique<Content>(reader_)};
    }
    // The rest of the archive is padding; reading it shows git's status.
    std::array<char, 10240> waste{};
    while (archive_->read(waste) > 0) {
    }
    return std::nullopt;
  }

  Filter filter_;
  std::unique_ptr<ByteSource> archive_;
  TarReader reader_;
  std::unique_ptr<ByteSource> tar_;
};

// ---- the working tree

/// Walks in the order of the paths' bytes, directory by directory.
class TreeContext : public ByteSource {
 public:
  TreeContext(fs::path root, Filter filter)
      : root_(std::move(root)),
        filter_(std::move(filter)),
        tar_(open_tar([this] { return next(); })) {
    push_children("");
  }
  std::size_t read(std::span<char> buffer) override { return tar_->read(buffer); }

 private:
  std::optional<TarPart> next() {
    while (!pending_.empty()) {
      const std::string path = std::move(pending_.back());
      pending_.pop_back();
      if (auto part = open_part(path)) return part;
    }
    return std::nullopt;
  }

  void push_children(const std::string& directory) {
    std::vector<std::string> names;
    std::error_code code;
    fs::directory_iterator at(root_ / directory, code);
    for (; !code && at != fs::directory_iterator(); at.increment(code)) {
      names.push_back(at->path().filename().string());
    }
    if (code) {
      throw failure(ErrorKind::usage, "cannot read `" + (root_ / directory).string() + "`",
                    code.message());
    }
    std::sort(names.rbegin(), names.rend());
    for (const std::string& name : names) {
      pending_.push_back(directory.empty() ? name : directory + "/" + name);
    }
  }

  std::optional<TarPart> open_part(const std::string& path) {
    struct stat status {};
    if (::lstat((root_ / path).c_str(), &status) != 0) return std::nullopt;  // gone meanwhile
    TarPart part;
    part.entry.path = path;
    part.entry.mtime = status.st_mtime;
    if (S_ISDIR(status.st_mode)) {
      if (filter_.descends(path)) push_children(path);
      part.entry.type = TarType::directory;
      part.entry.path += "/";
    } else if (S_ISLNK(status.st_mode)) {
      part.entry.type = TarType::symlink;
      std::error_code code;
      part.entry.target = fs::read_symlink(root_ / path, code).string();
    } else if (!S_ISREG(status.st_mode)) {
      return std::nullopt;  // sockets and the like: docker leaves them out too
    }
    if (!filter_.keeps(path)) return std::nullopt;
    if (S_ISREG(status.st_mode)) open_content(part, path);
    part.entry.mode = plain_mode(part.entry.type, status.st_mode);
    return part;
  }

  void open_content(TarPart& part, const std::string& path) const {
    const fs::path full = root_ / path;
    Fd file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!file || ::fstat(file.number(), &status) != 0) {
      throw system_failure("cannot read `" + full.string() + "`");
    }
    part.entry.size = static_cast<std::uint64_t>(status.st_size);
    part.content = std::make_unique<FileSource>(std::move(file), full);
  }

  fs::path root_;
  Filter filter_;
  std::vector<std::string> pending_;  // last: next
  std::unique_ptr<ByteSource> tar_;
};

std::string rules_of_tree(const fs::path& root, const std::string& dockerfile) {
  if (auto own = read_file(root / (dockerfile + ".dockerignore"))) return *own;
  return read_file(root / ".dockerignore").value_or("");
}

std::string rules_of_head(const fs::path& root, const std::string& dockerfile) {
  const std::string own = dockerfile + ".dockerignore";
  return text_in_head(root, is_in_head(root, own) ? own : ".dockerignore");
}

}  // namespace

std::unique_ptr<ByteSource> open_context(const fs::path& directory, ContextKind kind,
                                         const std::string& subdirectory,
                                         const std::string& dockerfile) {
  const fs::path root =
      fs::absolute((directory.empty() ? fs::path(".") : directory) / subdirectory);
  if (!fs::is_directory(root)) {
    throw failure(ErrorKind::usage, "there is no directory `" + root.string() + "`");
  }
  if (kind == ContextKind::working_tree) {
    return std::make_unique<TreeContext>(root, Filter(rules_of_tree(root, dockerfile), dockerfile));
  }
  if (!is_in_head(root, "")) {
    throw failure(ErrorKind::usage, "`" + root.string() + "` is not in git's HEAD",
                  "a clean build takes its files from the last commit");
  }
  return std::make_unique<HeadContext>(root, Filter(rules_of_head(root, dockerfile), dockerfile));
}

}  // namespace liteship
