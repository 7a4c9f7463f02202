#pragma once
// What ERB sees of the machine: ENV, File, Dir, Time, Dotenv and commands. The tools come from the
// caller; nothing here does I/O of its own.

#include <map>
#include <string>
#include <vector>

#include "erb/methods.h"
#include "liteship/erb.h"

namespace liteship::erb::ruby {

/// One for all files of a configuration: what the first sets in ENV, the second sees.
class World {
 public:
  World(std::map<std::string, std::string> environment, const ErbTools& tools)
      : environment_(std::move(environment)), tools_(tools) {}

  /// `ENV.fetch("X")`, `File.read(…)`, `Time.now` …; neither value nor error when it is not known.
  [[nodiscard]] Outcome call(const std::string& constant, const std::string& method,
                             const List& args);
  [[nodiscard]] Outcome run_command(const std::string& command);
  void set(const std::string& name, const Value& value);
  [[nodiscard]] const std::string* variable(const std::string& name) const;

  [[nodiscard]] static bool is_known(const std::string& constant);
  [[nodiscard]] static bool is_known_method(const std::string& method);

  [[nodiscard]] const std::map<std::string, std::string>& environment() const {
    return environment_;
  }
  [[nodiscard]] const ErbTools::Variables& changes() const { return changes_; }
  [[nodiscard]] const ErbTools& tools() const { return tools_; }
  /// What commands printed: never to be shown.
  std::vector<std::string> outputs;
  /// How the last command ended. Ruby does not care, but a person may.
  int last_status = 0;

 private:
  Outcome call_env(const std::string& method, const List& args);
  Outcome call_file(const std::string& method, const List& args);
  Outcome call_dotenv(const std::string& method, const List& args);

  std::map<std::string, std::string> environment_;
  ErbTools::Variables changes_;
  const ErbTools& tools_;
};

}  // namespace liteship::erb::ruby
