#include <fmt/format.h>

#include <algorithm>

#include "cli/verbs.h"
#include "liteship/process.h"
#include "support/json.h"

namespace liteship {

std::span<const EmbeddedFile> embedded_cli();

namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "templates/init/";

/// "My Notes.app" → "my-notes-app": letters, digits and hyphens, as Docker's names want it.
std::string service_name(const fs::path& directory) {
  std::string name;
  for (const char c : directory.filename().string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 && byte < 0x80) {
      name += static_cast<char>(std::tolower(byte));
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  return name.empty() ? "app" : name;
}

struct NewFile {
  fs::path path;  // below the project
  std::string text;
  unsigned mode = 0644;
};

std::vector<NewFile> new_files(const fs::path& directory) {
  std::vector<NewFile> files;
  for (const auto& file : embedded_cli()) {
    const auto name = std::string(file.path.substr(prefix.size()));
    const auto text = replace_all(file.text, "{{service}}", service_name(directory));
    if (name == "deploy.yml") {
      files.push_back({name, text, 0644});
    } else if (name == "secrets") {
      files.push_back({fs::path(".deploy") / name, text, 0600});
    } else {
      files.push_back(
          {fs::path(".deploy/hooks") / (name.substr(name.find('-') + 1) + ".sample"), text, 0755});
    }
  }
  return files;
}

bool ignored_by_git(const fs::path& directory) {
  const auto lines = split_lines(read_file(directory / ".gitignore").value_or(""));
  return std::any_of(lines.begin(), lines.end(), [](const std::string& line) {
    const auto rule = trim(line);
    return rule == ".deploy/secrets" || rule == "/.deploy/secrets" || rule == ".deploy/secrets*" ||
           rule == "/.deploy/secrets*" || rule == ".deploy" || rule == ".deploy/" ||
           rule == "/.deploy/";
  });
}

int run_init(const CommandLine&, Environment& environment) {
  const auto& directory = environment.seams.directory;
  const bool kamal = fs::exists(directory / "config/deploy.yml");
  std::vector<std::string> lines;
  auto json = nlohmann::ordered_json::array();
  for (const auto& file : new_files(directory)) {
    const bool covered = kamal && file.path == "deploy.yml";
    const bool exists = covered || fs::exists(directory / file.path);
    if (!exists) {
      (void)make_private_directory((directory / file.path).parent_path().string());
      write_file(directory / file.path, file.text, file.mode);
    }
    const auto shown = covered ? "config/deploy.yml" : file.path.string();
    lines.push_back(fmt::format("{} {}", exists ? "kept   " : "written", shown));
    json.push_back({{"file", shown}, {"written", !exists}});
  }
  if (!ignored_by_git(directory)) {
    environment.reporter.on_event(Note{"add `/.deploy/secrets*` to .gitignore: secrets stay here"});
  }
  lines.emplace_back("next: fill in deploy.yml, then run `deploy setup`");
  environment.reporter.answer(join(lines, "\n"), print_json(json));
  return 0;
}

}  // namespace

void add_init(CLI::App& tree, CommandLine& line) {
  auto& verb = add_verb(
      tree, line, "init", "Write deploy.yml, a secrets file and sample hooks",
      {.about =
           "What is there already is kept as it is. A working config/deploy.yml of Kamal 2 needs\n"
           "no other file.",
       .examples = {"deploy init"}},
      run_init);
  verb.group(start_group);
  // Kamal's, for a program that is a gem.
  verb.add_flag("--bundle", [](std::int64_t) {})->group("");
}

}  // namespace liteship
