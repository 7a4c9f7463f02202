// Templates: a file and the file of a destination, on a machine with some commands and files and no
// Ruby.
#include "liteship/erb.h"

#include "fuzz/fuzz.h"

namespace liteship::fuzz {
namespace {

constexpr std::string_view hidden = "Xy7-from-a-command";
constexpr std::size_t most_text = 64 << 20;  // a file of 256 kB whose every tag writes 1 MiB would
                                             // be stopped long before

ErbTools make_tools() {
  ErbTools tools;
  tools.run_command = [](const std::string& command, const ErbTools::Variables&) {
    return CommandResult{static_cast<int>(command.size() % 3),
                         command.size() > 3 ? std::string(hidden) + "\n" + command : "\n", ""};
  };
  tools.run_ruby = [](const std::string&, const ErbTools::Variables&) {
    return CommandResult{127, "", ""};
  };
  tools.read_file = [](const std::string& path) -> std::optional<std::string> {
    if (path.size() % 2 != 0) return std::nullopt;
    return "A=1\nB=two words\n";
  };
  tools.exists = [](const std::string& path) { return path.size() % 2 == 0; };
  tools.now = [] { return WallClock{1'700'000'000, 3600, "CET"}; };
  tools.directory = "/project";
  tools.read_dotenv = [](const std::string& text, const ErbTools::Variables&, bool,
                         const auto& run) {
    return ErbTools::Variables{{"LOADED", text}, {"RAN", run("x")}};
  };
  return tools;
}

/// given: the file itself says what commands print.
void check(const erb::Session& session, erb::Result& result, bool given) {
  erb::hide_outputs(session.outputs(), result.errors);
  for (const auto* diagnostics : {&result.errors, &result.suspects}) {
    for (const Diagnostic& diagnostic : *diagnostics) {
      promise(!diagnostic.message.empty(), "every problem says what it is");
      promise(given || diagnostic.message.find(hidden) == std::string::npos,
              "commands' output is hidden");
      (void)render(diagnostic, Color::on);
    }
  }
  if (!result.errors.empty()) return;
  const erb::Expanded& made = result.made;
  promise(made.text.size() <= most_text, "what is made stays small");
  for (std::size_t at = 0; at < made.text.size(); at += 1 + made.text.size() / 50) {
    const Location place = made.locate(at, at + 1);
    promise(place.line >= 1 && place.column >= 1, "everything that is made has a place");
  }
}

}  // namespace

void run(std::string_view input) {
  Parts parts(input);
  const ErbTools tools = make_tools();
  erb::Session session({{"HOST", "192.0.2.10"}, {"EMPTY", ""}, {"LIST", "a, b,c"}}, tools);
  for (int file = 0; file < 2 && parts.more(); ++file) {
    erb::Result result = session.expand({"deploy.yml", parts.next()});
    check(session, result, input.find(hidden) != std::string_view::npos);
  }
}

}  // namespace liteship::fuzz
