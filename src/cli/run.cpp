#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <system_error>

#include "cli/alias.h"
#include "cli/command_line.h"
#include "cli/terminal.h"
#include "liteship/cli.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): POSIX leaves it to us

namespace liteship {
namespace {

constexpr int broken_pipe = 141;  // 128 + SIGPIPE, as if the signal had ended us

Verbosity verbosity_of(const GlobalOptions& options) {
  if (options.quiet) return Verbosity::quiet;
  if (options.verbose > 1) return Verbosity::debug;
  return options.verbose == 1 ? Verbosity::verbose : Verbosity::normal;
}

/// Only commands that go to the server are worth a log.
bool wants_log(const std::string& command) {
  constexpr std::array local = {"init", "config", "docs", "secrets", "version", "completion"};
  return std::none_of(local.begin(), local.end(), [&](const char* name) {
    return command.starts_with(std::string("deploy ") + name);
  });
}

ReporterOptions reporter_options(const CommandLine& line) {
  const auto format = line.global.json ? Format::json : Format::automatic;
  auto options = detect_options(format, verbosity_of(line.global));
  const bool log = !line.print_version && line.run != nullptr && wants_log(line.command);
  if (log) options.log_file = new_log_file(replace_all(line.command, " ", "-"));
  return options;
}

std::map<std::string, std::string> process_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair = *entry;
    const auto at = pair.find('=');
    if (at != std::string_view::npos) variables.emplace(pair.substr(0, at), pair.substr(at + 1));
  }
  return variables;
}

std::int64_t unix_time() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Diagnostic internal_error(const std::string& what, const std::string& command) {
  return {.message = "internal error: " + what,
          .notes = {"deploy " LITESHIP_VERSION ", `" + command + "`"},
          .help = "this is a bug: please report it with the log"};
}

/// One run: reporter, verb, and every error turned into words and an exit code.
class Run {
 public:
  Run(const Seams& seams, Interrupts& interrupts) : seams_(seams), interrupts_(interrupts) {}

  int operator()(const std::vector<std::string>& words) {
    const int status = run_caught(words);
    if (reporter_ != nullptr && status != broken_pipe) (void)reporter_->finish(status);
    return status;
  }

 private:
  int run_caught(const std::vector<std::string>& words) {
    try {
      return run(words);
    } catch (const Error& error) {
      // A wrong option must be told as JSON too.
      const bool parsed = reporter_ != nullptr;
      if (!parsed)
        line_.global.json = std::find(words.begin(), words.end(), "--json") != words.end();
      return fail(error);
    } catch (const std::system_error& error) {
      if (error.code().value() == EPIPE) return broken_pipe;
      return fail(Error(ErrorKind::internal, internal_error(error.what(), line_.command)));
    } catch (const std::exception& error) {
      return fail(Error(ErrorKind::internal, internal_error(error.what(), line_.command)));
    }
  }

  int run(const std::vector<std::string>& words) {
    const auto tree = build_tree(line_);
    if (const auto help = parse_words(*tree, line_, expand_alias(*tree, seams_, words))) {
      seams_.out.write(*help);
      return 0;
    }
    open_reporter();
    Environment environment{line_.global, seams_,        *reporter_,
                            interrupts_,  line_.command, line_.release.skip_hooks};
    const auto status = line_.run(environment);
    reporter_->settle();
    return status;
  }

  void open_reporter() {
    options_ = reporter_options(line_);
    reporter_ = make_reporter(options_, {.out = seams_.out, .err = seams_.err});
  }

  int fail(const Error& error) {
    if (reporter_ == nullptr) open_reporter();
    for (const auto& diagnostic : error.diagnostics()) reporter_->error(error.kind(), diagnostic);
    if (error.kind() != ErrorKind::usage) name_log();
    return exit_code(error.kind());
  }

  void name_log() {
    std::error_code ignored;
    const bool written = std::filesystem::exists(options_.log_file, ignored);
    if (!written || line_.global.json) return;
    seams_.err.write("  log: " + options_.log_file.string() + "\n");
  }

  const Seams& seams_;
  Interrupts& interrupts_;
  CommandLine line_;
  ReporterOptions options_;
  std::unique_ptr<Reporter> reporter_;
};

}  // namespace

int run_words(const std::vector<std::string>& words, const Seams& seams, Interrupts& interrupts) {
  return Run(seams, interrupts)(words);
}

int run_cli(int argc, char** argv) {
  Interrupts interrupts;
  const SignalGuard guard(interrupts);
  DescriptorSink out(1);
  DescriptorSink err(2);
  const Seams seams{.connect = connect_ssh,
                    .variables = process_variables(),
                    .directory = std::filesystem::current_path(),
                    .now = unix_time,
                    .out = out,
                    .err = err,
                    .ask = ask_terminal,
                    .ask_secret = ask_terminal_secret,
                    .input = read_stdin,
                    .has_terminal = has_terminal()};
  return run_words(std::vector<std::string>(argv + std::min(argc, 1), argv + argc), seams,
                   interrupts);
}

}  // namespace liteship
