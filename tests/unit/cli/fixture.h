#pragma once
// The whole program on seams: a project in a temporary directory, a fake server, captured output.

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/run.h"
#include "liteship/remote.h"

namespace liteship {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class StringSink : public ByteSink {
 public:
  void write(std::string_view bytes) override { text += bytes; }
  std::string text;
};

/// Lends a FakeHost that the test keeps.
class BorrowedHost : public Host {
 public:
  explicit BorrowedHost(FakeHost& host) : host_(host) {}
  PhaseOutcome run_phase(const PhaseScript& script, const EventSink& events,
                         Interrupts& interrupts) override {
    return host_.run_phase(script, events, interrupts);
  }
  CommandOutcome stream_into(const Command& command, ByteSource& input,
                             Interrupts& interrupts) override {
    return host_.stream_into(command, input, interrupts);
  }
  CommandOutcome run_command(const Command& command, const OutputSink& out, const OutputSink& err,
                             Interrupts& interrupts) override {
    return host_.run_command(command, out, err, interrupts);
  }
  CommandOutcome run_terminal(const Command& command) override {
    return host_.run_terminal(command);
  }

 private:
  FakeHost& host_;
};

class Program {
 public:
  Program() {
    auto name = (std::filesystem::temp_directory_path() / "liteship-cli-XXXXXX").string();
    directory = mkdtemp(name.data());
    setenv("XDG_STATE_HOME", (directory / "state").c_str(), 1);
  }
  ~Program() { std::filesystem::remove_all(directory); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void write(const std::string& path, const std::string& text) const {
    std::filesystem::create_directories((directory / path).parent_path());
    std::ofstream(directory / path) << text;
  }
  [[nodiscard]] std::string read(const std::string& path) const {
    std::ostringstream text;
    text << std::ifstream(directory / path).rdbuf();
    return text.str();
  }

  /// Runs `deploy WORDS…`; fills out and err; returns the exit code.
  int run(const std::vector<std::string>& words) {
    out.text.clear();
    err.text.clear();
    Interrupts interrupts;
    if (interrupted) interrupts.raise();
    const Seams seams{
        .connect =
            [this](const SshRequest& request, SshPrompts&, const OutputSink&, Interrupts&) {
              requests.push_back(request);
              return std::make_unique<BorrowedHost>(host);
            },
        .variables = variables,
        .directory = directory,
        .now = [] { return std::int64_t{1'800'000'000}; },
        .out = out,
        .err = err,
        .ask = [this](const std::string&) { return reply; },
        .ask_secret = [](const std::string&) { return std::optional<Secret>(); },
        .input = [this] { return input; }};
    return run_words(words, seams, interrupts);
  }

  std::filesystem::path directory;
  std::map<std::string, std::string> variables = {{"USER", "ann"}};
  bool interrupted = false;          // Ctrl-C before anything is asked of the server
  std::optional<std::string> reply;  // of the person at the terminal
  std::optional<std::string> input;  // stdin; nothing: a terminal
  FakeHost host;
  std::vector<SshRequest> requests;  // every connection that was made
  StringSink out;
  StringSink err;
};

inline constexpr const char* small_config =
    "service: notes\n"
    "image: notes\n"
    "servers:\n"
    "  - 192.0.2.10\n";

}  // namespace liteship
