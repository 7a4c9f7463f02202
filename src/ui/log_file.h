#pragma once
// The full log of one run: events, raw output and errors, each line with its time.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace liteship {

class LogFile {
 public:
  /// path: "" for none. A file that cannot be created is none either.
  explicit LogFile(const std::filesystem::path& path);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Adds a line "TIME text"; ends unfinished output first.
  void line(std::string_view text);
  /// Adds bytes as they are, 64 MB of them at most.
  void output(std::string_view bytes);

 private:
  void put(std::string_view bytes);

  int descriptor_ = -1;
  std::uint64_t written_ = 0;
  bool at_line_start_ = true;
};

}  // namespace liteship
