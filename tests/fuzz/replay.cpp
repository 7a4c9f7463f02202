// Runs inputs of the tree once, without clang:
//
//   replay_NAME FOLDER              every file in it
//   replay_NAME --large BYTES FILE  every line of it: BEGIN<tab>PIECE[<tab>END], the piece repeated
//                                   up to BYTES. `\n` `\t` `\\` `\xNN` stand for bytes.
//
// Exit status 1 when one of the large ones takes more than its share of time or memory; whatever
// else is wrong ends the program.
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "fuzz/fuzz.h"
#include "liteship/support.h"

namespace {

using liteship::fuzz::run_one;

constexpr double large_seconds =
    60;  // of CPU, at -O0 with sanitizers: what is quadratic takes hours
constexpr long large_memory = 1024 * 1024;  // KiB at the peak, sanitizers' shadow included

std::string read_all(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int replay(const std::string& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::cout << path.filename().string() << std::endl;  // flushed: the last line is the culprit
    run_one(read_all(path));
  }
  return paths.empty() ? 1 : 0;
}

std::string unescape(const std::string& text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (next == 'x') {
      bytes += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else if (next != '\0') {
      bytes += next == 'n' ? '\n' : next == 't' ? '\t' : next;
      ++i;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

std::string large_input(const std::string& line, std::size_t size) {
  auto parts = liteship::split(line, '\t');
  parts.resize(3);
  std::string input = unescape(parts[0]);
  const std::string piece = unescape(parts[1]);
  const std::string end = unescape(parts[2]);
  while (input.size() + piece.size() + end.size() <= size) input += piece;
  return input + end;
}

/// KiB that the process has held at most so far.
long peak_memory() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

int replay_large(std::size_t size, const std::string& file) {
  int status = 0;
  for (const std::string& line : liteship::split_lines(read_all(file))) {
    std::cout << line << std::endl;
    const std::string input = large_input(line, size);
    const std::clock_t begin = std::clock();
    run_one(input);
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    std::cout << "    " << seconds << " s, " << peak_memory() / 1024 << " MiB" << std::endl;
    if (seconds > large_seconds || peak_memory() > large_memory) status = 1;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 1) return replay(words[0]);
  if (words.size() == 3 && words[0] == "--large")
    return replay_large(std::stoul(words[1]), words[2]);
  std::cerr << "usage: replay_NAME FOLDER | --large BYTES FILE\n";
  return 2;
}
