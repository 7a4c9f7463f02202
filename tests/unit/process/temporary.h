#pragma once
// Directories and repositories for tests.

#include <array>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <string>

#include "liteship/process.h"

namespace liteship::test {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "liteship-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view text, unsigned mode = 0644) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    write_file(path_ / name, text, mode);
  }

 private:
  std::filesystem::path path_;
};

inline std::string read_all(ByteSource& source) {
  std::string all;
  std::array<char, 10000> block{};
  while (const std::size_t count = source.read(block)) all.append(block.data(), count);
  return all;
}

/// Runs git in the directory with a fixed author; its output.
inline std::string git(const TemporaryDirectory& directory, std::vector<std::string> words) {
  Interrupts never;
  RunOptions options;
  options.directory = directory.path();
  Command command{"git",
                  "-c",
                  "user.name=Test",
                  "-c",
                  "user.email=test@example.com",
                  "-c",
                  "init.defaultBranch=main"};
  const RunResult result = run_process(command.args(words), options, never);
  INFO(result.error_output);
  REQUIRE(result.status == 0);
  return std::string(trim(result.output));
}

}  // namespace liteship::test
