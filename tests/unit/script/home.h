#pragma once
// An empty home in which the real sh runs rendered phases, with programs of the test's own.

#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

namespace liteship {

class Home {
 public:
  Home() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "liteship-script-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  // The events of `script`, as `sh -s` gives them on stdout.
  [[nodiscard]] std::string run(const std::string& script) const {
    const std::filesystem::path file = path_ / "script";
    std::ofstream(file) << script;
    const std::string command = "HOME=" + path_.string() + " PATH=" + path_.string() +
                                "/bin:$PATH sh -s <" + file.string() + " 2>/dev/null";
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe))
      output.append(buffer.data(), n);
    pclose(pipe);
    return output;
  }
  // A program of this name that the scripts find before the real one.
  void program(const std::string& name, const std::string& body) const {
    const std::filesystem::path file = path_ / "bin" / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(path_ / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace liteship
