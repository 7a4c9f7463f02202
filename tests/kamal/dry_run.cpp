// `deploy WORDS… --dry-run` in this folder against a server that has Docker and nothing else:
// dry_run HOME WORDS…  The server's answers are fixed, so nothing is connected to.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "cli/run.h"
#include "liteship/remote.h"
#include "liteship/ui.h"

extern char** environ;

namespace {

using namespace liteship;

std::map<std::string, std::string> variables() {
  std::map<std::string, std::string> all;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string entry = *at;
    all[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
  }
  return all;
}

std::unique_ptr<Host> bare_server(const std::string& home) {
  auto host = std::make_unique<FakeHost>();
  FakeHost::Reply answer;
  const std::pair<const char*, std::string> facts[] = {
      {"user", "deployer"},
      {"home", home},
      {"now", "1800000000"},
      {"docker_group", ""},
      {"disk_free", "100000000000"},
      {"docker", R"({"version":"28.5.2","driver":"overlay2","status":[],"arch":""})"}};
  for (const auto& [name, value] : facts) answer.events.emplace_back(FactFound{name, value});
  host->phase_replies = {answer};
  return host;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string home = argv[1];
  Interrupts interrupts;
  DescriptorSink out(1);
  DescriptorSink err(2);
  const Seams seams{.connect = [&](const SshRequest&, SshPrompts&, const OutputSink&,
                                   Interrupts&) { return bare_server(home); },
                    .variables = variables(),
                    .directory = std::filesystem::current_path(),
                    .now = [] { return std::int64_t{1'800'000'000}; },
                    .out = out,
                    .err = err,
                    .ask = [](const std::string&) { return std::optional<std::string>(); },
                    .ask_secret = [](const std::string&) { return std::optional<Secret>(); }};
  return run_words(std::vector<std::string>(argv + 2, argv + argc), seams, interrupts);
}
