#pragma once
// ERB with trim mode `-`, as Kamal reads its files with it, without Ruby for what real files use.
// No I/O: commands, files and the clock are the caller's.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "liteship/diagnostic.h"

namespace liteship {

/// A file that was read: path as the person would name it.
struct SourceText {
  std::string path;
  std::string text;
};

/// What a command printed and how it ended.
struct CommandResult {
  int status = 0;
  std::string output;
  std::string error_output;
};

/// A moment as a clock on the wall of a place shows it.
struct WallClock {
  std::int64_t seconds = 0;  // since 1970, UTC
  int utc_offset = 0;        // seconds east of Greenwich
  std::string zone = "UTC";
  bool operator==(const WallClock&) const = default;
};

/// What ERB in a file may ask of this machine. A member that is not set makes it an error.
struct ErbTools {
  using Variables = std::map<std::string, std::string>;
  /// `%x(…)` and backticks, as `sh` runs them. changes: what the file set in ENV.
  std::function<CommandResult(const std::string& command, const Variables& changes)> run_command;
  /// Runs a Ruby program that is given on stdin; status 127 where there is no Ruby.
  std::function<CommandResult(const std::string& program, const Variables& changes)> run_ruby;
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  std::function<bool(const std::string& path)> exists;
  std::function<WallClock()> now;
  std::string directory;  // Dir.pwd
  /// What Dotenv.load makes of a file's text. overwrite: whether the file goes before `variables`.
  std::function<Variables(const std::string& text, const Variables& variables, bool overwrite,
                          const std::function<std::string(const std::string& command)>& run)>
      read_dotenv;
};

namespace erb {

/// A part of the made text: a copy of source characters, or what one tag wrote.
struct OriginPart {
  std::size_t made_begin = 0;
  std::size_t source_begin = 0;
  std::size_t source_length = 0;
  bool copied = false;
};

/// A file and the text made out of it.
struct Expanded {
  std::string path;
  std::string source;  // as it was written
  std::string text;    // as it is read
  std::vector<OriginPart> parts;
  std::vector<std::size_t> line_begins;  // of the source

  Expanded() = default;
  /// Nothing is made of it yet.
  explicit Expanded(std::string path, std::string source);
  void add(std::string_view more, std::size_t source_begin, std::size_t source_length, bool copied);
  /// Where `text[begin, end)` stands in the source; at most the rest of that line.
  [[nodiscard]] Location locate(std::size_t begin, std::size_t end) const;
  /// The place of `source[begin, end)`; at most the rest of that line.
  [[nodiscard]] Location in_source(std::size_t begin, std::size_t end) const;
};

/// A text that is read as it was written.
[[nodiscard]] Expanded unchanged(std::string path, std::string text);

/// What a file came to; `made` is of no use when there are errors.
struct Result {
  Expanded made;
  std::vector<Diagnostic> errors;
  std::vector<Diagnostic> suspects;  // no error by itself, but perhaps why there is one later
};

namespace ruby {
class World;
}

/// One for all files of a configuration: what the first sets in ENV, the second sees.
class Session {
 public:
  /// tools: outlive it.
  Session(ErbTools::Variables environment, const ErbTools& tools);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Sets a variable of ENV.
  void set(const std::string& name, const std::string& value);
  /// Evaluates one file. Text without `<%` is given back as it is. What it needs of Ruby beyond the
  /// small evaluator is given to ErbTools::run_ruby.
  [[nodiscard]] Result expand(const SourceText& source);

  [[nodiscard]] const ErbTools::Variables& environment() const;
  /// What the files set in ENV.
  [[nodiscard]] const ErbTools::Variables& changes() const;
  /// What commands printed: never to be shown.
  [[nodiscard]] const std::vector<std::string>& outputs() const;

 private:
  std::unique_ptr<ruby::World> world_;
};

/// Hides what commands printed in every message.
void hide_outputs(const std::vector<std::string>& outputs, std::vector<Diagnostic>& diagnostics);

}  // namespace erb
}  // namespace liteship
