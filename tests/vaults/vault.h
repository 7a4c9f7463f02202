#pragma once
// A vault whose program is a stand-in of this folder.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "liteship/process.h"
#include "liteship/secrets.h"

namespace liteship::test {

inline constexpr const char* stand_ins = SOURCE_DIR "/tests/vaults";

class StandIn {
 public:
  /// state: see record.sh.
  explicit StandIn(const std::string& state = "ready") {
    auto name = (std::filesystem::temp_directory_path() / "liteship-vault-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    setenv("VAULT_LOG", log().c_str(), 1);
    setenv("VAULT_STATE", state.c_str(), 1);
    setenv("PATH", (stand_ins + (":" + path_)).c_str(), 1);
  }
  ~StandIn() {
    setenv("PATH", path_.c_str(), 1);
    std::filesystem::remove_all(directory_);
  }
  StandIn(const StandIn&) = delete;
  StandIn& operator=(const StandIn&) = delete;

  /// Every call so far, a line each: what is in the session's variable, `|`, and the words.
  [[nodiscard]] std::string calls() const {
    std::ostringstream text;
    text << std::ifstream(log()).rdbuf();
    return text.str();
  }

  /// As the command line gives them; `ask` where somebody sits at a terminal.
  [[nodiscard]] static VaultTools tools(bool terminal) {
    const auto run = [](const Command& command, const VaultTools::Variables& changes) {
      Interrupts never;
      auto result = run_process(command, {.environment = changes}, never);
      return CommandResult{result.status, result.output, result.error_output};
    };
    VaultTools tools{.run = run};
    if (terminal) tools.ask = run;
    return tools;
  }

 private:
  [[nodiscard]] std::string log() const { return directory_ + "/calls"; }

  std::string directory_;
  std::string path_ = std::getenv("PATH");
};

/// The fetched JSON, or "! " and the diagnostic.
inline std::string told(const std::variant<Fetched, Diagnostic>& result) {
  if (const auto* fetched = std::get_if<Fetched>(&result)) return fetched_json(*fetched);
  return "! " + render(std::get<Diagnostic>(result), Color::off);
}

}  // namespace liteship::test
