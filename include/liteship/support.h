#pragma once
// Strings, strong types and small interfaces that every module may use. Depends on nothing of ours.

#include <atomic>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liteship {

// ---- strings

/// `text` without spaces, tabs, CR and LF at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// The pieces of `text` between `separator`s; "" gives one empty piece.
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);

/// The lines of `text` without their "\n" or "\r\n"; a last line without an end counts too.
[[nodiscard]] std::vector<std::string> split_lines(std::string_view text);

/// The pieces with `separator` between them.
[[nodiscard]] std::string join(std::span<const std::string> pieces, std::string_view separator);

/// `text` with every `from` replaced by `to`. `from` must not be empty.
[[nodiscard]] std::string replace_all(std::string_view text, std::string_view from,
                                      std::string_view to);

/// `text` for a terminal: control characters but tab and newline become `?`, so that nobody's log
/// line can move the cursor.
[[nodiscard]] std::string printable(std::string_view text);

/// Whether `text` is UTF-8 (RFC 3629: no surrogates, nothing overlong).
[[nodiscard]] bool is_utf8(std::string_view text);

/// The whole of `text` as a decimal number; nothing when any character does not belong to it.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` within 3 edits (and fewer than its length), for "did you mean".
[[nodiscard]] std::optional<std::string> closest_match(std::string_view word,
                                                       std::span<const std::string> candidates);

/// Base64 with padding (RFC 4648 §4); decode gives nothing on any foreign character.
[[nodiscard]] std::string base64_encode(std::string_view bytes);
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// "812 B", "4.2 kB", "1.3 MB", "2.0 GB" (powers of 1000, as Docker prints them).
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// "85 ms", "2.4 s", "3 min 05 s".
[[nodiscard]] std::string format_duration(std::int64_t milliseconds);

// ---- strong types: where a mix-up would compile

/// A TCP port, 1–65535.
struct Port {
  std::uint16_t number = 0;
  auto operator<=>(const Port&) const = default;
};

/// A size in bytes.
struct Bytes {
  std::uint64_t count = 0;
  auto operator<=>(const Bytes&) const = default;
};

/// A release's version: the tag of its image and the end of its containers' names. Usually a git
/// SHA of 40 hexadecimal characters.
struct Version {
  std::string text;
  /// A revision's first 7 digits, as git shortens it; a suffix after `_` is kept as `-dirty`. Any
  /// other text stays whole: half of `release-2026-11` names nothing.
  [[nodiscard]] std::string brief() const;
  auto operator<=>(const Version&) const = default;
};

/// A value that must not be seen. It has no formatter and no operator<<; reveal() is the only way
/// out, so `grep reveal` lists every place that handles a secret in the clear.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

/// A file compiled into the binary by deploy_module(… EMBED …).
struct EmbeddedFile {
  std::string_view path;  // below the source root, e.g. "templates/phase/lock.sh"
  std::string_view text;
};

// ---- moving bytes

/// Where bytes come from, piece by piece.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills at most buffer.size() bytes; returns how many, 0 at the end. Throws Error when the
  /// source fails.
  [[nodiscard]] virtual std::size_t read(std::span<char> buffer) = 0;
};

/// Where bytes go, piece by piece.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  /// Takes all of `bytes`. Throws Error when it cannot.
  virtual void write(std::string_view bytes) = 0;
};

// ---- files of ours

/// Makes `path` and what is missing above it for their owner alone (0700), whatever the umask is;
/// what is there stays as it is. False when it cannot: errno says why.
[[nodiscard]] bool make_private_directory(const std::string& path);

// ---- interrupts

/// How often the person at the terminal asked to stop (Ctrl-C, SIGTERM). raise() may be called in
/// a signal handler; every wait polls wake_fd() and reads count().
class Interrupts {
 public:
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;
  void raise() noexcept;
  [[nodiscard]] int count() const noexcept { return count_.load(); }
  /// What to do every now and then while a program of this machine is waited for; null: nothing.
  void on_idle(std::function<void()> work) { idle_ = std::move(work); }
  void idle() const {
    if (idle_) idle_();
  }
  /// Becomes readable with the first raise() and stays so: poll it, do not read it.
  [[nodiscard]] int wake_fd() const noexcept { return fd_; }

 private:
  std::function<void()> idle_;
  std::atomic<int> count_{0};
  int fd_ = -1;
};

}  // namespace liteship
