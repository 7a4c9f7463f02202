#include "cli/secrets.h"

#include <fmt/format.h>

#include "cli/project.h"
#include "cli/secret_command.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

constexpr const char* fetch_command = "deploy secrets fetch";
constexpr const char* extract_command = "deploy secrets extract";

Secret revealed_or_fail(std::variant<Secret, Diagnostic> printed) {
  if (auto* wrong = std::get_if<Diagnostic>(&printed)) {
    throw Error(ErrorKind::usage, std::move(*wrong));
  }
  return std::get<Secret>(std::move(printed));
}

/// Byte for byte: what a person reads is made printable elsewhere, a secret must not be changed.
void print_exactly(const Environment& environment, const std::string& text,
                   const std::string& json) {
  if (environment.options.json) return environment.reporter.answer("", json);
  environment.seams.out.write(text.ends_with('\n') ? text : text + "\n");
}

int run_fetch(const CommandLine& line, Environment& environment) {
  auto fetched = fetch_secrets(line.secrets.fetch, vault_tools(environment));
  if (auto* wrong = std::get_if<Diagnostic>(&fetched)) {
    throw Error(ErrorKind::usage, std::move(*wrong));
  }
  const auto json = fetched_json(std::get<Fetched>(fetched));
  environment.reporter.answer(escape_word(json), json);
  return 0;
}

/// An argument can be read by everybody on this machine: stdin is the better way.
int run_extract(const CommandLine& line, Environment& environment) {
  std::optional<std::string> json = line.secrets.json;
  if ((json->empty() || *json == "-") && environment.seams.input) json = environment.seams.input();
  if (!json) {
    throw Error(ErrorKind::usage,
                Diagnostic{.message = "JSON is required",
                           .help = "run `deploy secrets fetch … | deploy secrets extract NAME`"});
  }
  const auto value = revealed_or_fail(extract_secret(line.secrets.name, *json));
  print_exactly(environment, value.reveal(), print_json(nlohmann::json(value.reveal())));
  return 0;
}

int run_print(const CommandLine&, Environment& environment) {
  const auto project = load_project(environment);
  std::string text;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : list_secrets(environment, project)) {
    text += fmt::format("{}={}\n", name, value.reveal());
    json[name] = value.reveal();
  }
  print_exactly(environment, text, print_json(json));
  return 0;
}

}  // namespace

std::variant<Secret, Diagnostic> print_secret(const CommandLine& line, const VaultTools& tools) {
  if (line.command == extract_command) {
    return extract_secret(line.secrets.name, line.secrets.json);
  }
  if (line.command != fetch_command) {
    return Diagnostic{.message = fmt::format("`{}` is no command for a secrets file", line.command),
                      .help = "use `secrets fetch` or `secrets extract`"};
  }
  auto fetched = fetch_secrets(line.secrets.fetch, tools);
  if (auto* wrong = std::get_if<Diagnostic>(&fetched)) return std::move(*wrong);
  return Secret(escape_word(fetched_json(std::get<Fetched>(fetched))));
}

void add_secrets(CLI::App& tree, CommandLine& line) {
  auto& secrets = *tree.add_subcommand("secrets", "Fetch secrets from a vault, print the app's");
  secrets.require_subcommand(1)->group(app_group);
  line.help[&secrets] = {.examples = {"deploy secrets print"}};
  auto& flags = line.secrets;
  auto& fetch = add_verb(
      secrets, line, "fetch", "Ask a vault for secrets, through its own program",
      {.about =
           "Prints JSON for `secrets extract`, escaped for a shell. In a secrets file it needs\n"
           "no program but the vault's: FETCHED=$(deploy secrets fetch …), then\n"
           "KEY=$(deploy secrets extract KEY $FETCHED). docs/secrets.md says how each vault\n"
           "spells its names.",
       .examples = {"deploy secrets fetch -a 1password --account my --from Vault/Item KEY TOKEN",
                    "deploy secrets fetch -a bitwarden-sm all"}},
      run_fetch);
  fetch.add_option("names", flags.fetch.names, "As the vault spells them")
      ->type_name("NAMES")
      ->expected(0, -1);
  fetch.add_option("-a,--adapter", flags.fetch.adapter, "One of: " + join(adapter_names(), ", "))
      ->type_name("ADAPTER")
      ->required();
  fetch.add_option("--account", flags.fetch.account, "Whose vault, where it has accounts")
      ->type_name("ACCOUNT");
  fetch.add_option("--from", flags.fetch.from, "A vault, folder or project for all names")
      ->type_name("PLACE");
  auto& extract = add_verb(
      secrets, line, "extract", "Print one secret of what `secrets fetch` printed",
      {.examples =
           {"deploy secrets fetch -a doppler --from app/prd KEY | deploy secrets extract KEY"}},
      run_extract);
  extract.add_option("name", flags.name, "Its name, or the last part of it")
      ->type_name("NAME")
      ->required();
  extract.add_option("json", flags.json, "What `secrets fetch` printed; without it, stdin")
      ->type_name("JSON");
  add_verb(secrets, line, "print", "Print every secret of the secrets files in the clear",
           {.examples = {"deploy secrets print", "deploy secrets print -d staging"}}, run_print);
}

}  // namespace liteship
