#include <nlohmann/json.hpp>

#include "cli/help.h"
#include "cli/tree.h"
#include "cli/verbs.h"
#include "liteship/config.h"

namespace liteship {
namespace {

std::string text_of(const CommandLine& line) {
  if (line.json_schema) return config_json_schema();
  if (line.section != "man" && line.section != "commands") return config_docs(line.section);
  CommandLine fresh;
  const auto root = describe_tree(*build_tree(fresh), fresh);
  return line.section == "man" ? render_man(root, LITESHIP_VERSION) : render_reference(root);
}

int run_docs(const CommandLine& line, Environment& environment) {
  const auto text = text_of(line);
  environment.reporter.answer(text, nlohmann::json(text).dump());
  return 0;
}

}  // namespace

void add_docs(CLI::App& tree, CommandLine& line) {
  auto words = config_sections();
  words.insert(words.end(), {"commands", "man"});
  auto& verb = add_verb(
      tree, line, "docs", "Explain the keys of deploy.yml, section by section",
      {.about =
           "Without SECTION: the list of sections. `commands` and `man` print this program's own\n"
           "reference.",
       .examples = {"deploy docs", "deploy docs proxy", "deploy docs man | man -l -"},
       .words = words},
      run_docs);
  verb.group(start_group);
  verb.add_option("section", line.section, "A section, e.g. proxy")->type_name("SECTION");
  verb.add_flag("--schema", line.json_schema, "Print the JSON schema for editors instead");
}

}  // namespace liteship
