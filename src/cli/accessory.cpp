// `accessory …`: what lives beside the app.

#include <fmt/format.h>

#include "cli/change.h"
#include "cli/container_text.h"
#include "cli/release_report.h"
#include "cli/server.h"
#include "cli/table.h"
#include "cli/verbs.h"
#include "support/json.h"

namespace liteship {
namespace {

using Chosen = std::vector<const Accessory*>;

const char* done_word(AccessoryAction action) {
  switch (action) {
    case AccessoryAction::boot:
      return "runs";
    case AccessoryAction::reboot:
      return "runs anew";
    case AccessoryAction::start:
      return "started";
    case AccessoryAction::stop:
      return "stopped";
    case AccessoryAction::restart:
      return "restarted";
    case AccessoryAction::upload:
      return "has its files; `deploy accessory reboot` brings them into force";
    case AccessoryAction::directories:
      return "has its directories";
    case AccessoryAction::remove:
      return "is gone";
    case AccessoryAction::pull:
      return "has its image; `deploy accessory reboot` brings it into force";
    case AccessoryAction::remove_container:
      return "has no container";
    case AccessoryAction::remove_image:
      return "has no image that nothing uses";
    case AccessoryAction::remove_directory:
      return "has no directory";
  }
  return "";
}

std::string names_of(const Chosen& accessories) {
  std::vector<std::string> names;
  for (const Accessory* accessory : accessories) names.push_back(accessory->name);
  return join(names, ", ");
}

/// Those that get a container or files. Images may come from the app's registry, as with Kamal.
bool needs_secrets(AccessoryAction action) {
  return action == AccessoryAction::boot || action == AccessoryAction::reboot ||
         action == AccessoryAction::upload || action == AccessoryAction::pull;
}

SecretChoice secrets_for(const std::string& name, AccessoryAction action) {
  return [name, action](const Config& config) -> std::vector<SecretName> {
    std::vector<SecretName> names;
    if (!needs_secrets(action)) return names;
    for (const Accessory* accessory : choose_accessories(config, name)) {
      const auto more = needed_secrets(*accessory);
      names.insert(names.end(), more.begin(), more.end());
      if (accessory->registry) continue;
      const auto login = needed_secrets(config.registry);
      names.insert(names.end(), login.begin(), login.end());
    }
    return names;
  };
}

void confirm_removal(const Environment& environment, AccessoryAction action, const Config& config,
                     const Chosen& chosen) {
  const bool directory_only = action == AccessoryAction::remove_directory;
  if (action != AccessoryAction::remove && !directory_only) return;
  std::vector<std::string> directories;
  for (const Accessory* accessory : chosen) directories.push_back("~/" + accessory->service);
  const std::string place = join(directories, ", ");
  confirm(
      environment,
      directory_only
          ? fmt::format("Remove everything in {} from {}?", place, config.host)
          : fmt::format("Remove {} from {}, and with it everything in {}? Docker's volumes stay.",
                        names_of(chosen), config.host, place));
}

int run_action(const CommandLine& line, Environment& environment, AccessoryAction action) {
  Server server(environment, secrets_for(line.part.name, action));
  const auto chosen = choose_accessories(server.config(), line.part.name);
  confirm_removal(environment, action, server.config(), chosen);
  auto options = release_options_of(line.release, environment, server.project(), Action::deploy);
  if (needs_secrets(action)) {
    options.accessories = read_accessories(environment, server.secrets(), chosen);
  } else {
    for (const Accessory* accessory : chosen) options.accessories.push_back({accessory, {}});
  }
  ChangeWords words{.done = names_of(chosen) + " " + done_word(action)};
  if (action == AccessoryAction::boot) words.nothing = names_of(chosen) + " runs already";
  return answer_change(environment, run_accessories(server.session(), action, options), words);
}

template <AccessoryAction action>
int run_simple(const CommandLine& line, Environment& environment) {
  return run_action(line, environment, action);
}

int run_accessory_details(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto chosen = choose_accessories(server.config(), line.part.name);
  const auto facts = run_inspect(server.session());
  std::vector<TableRow> rows = {{"ACCESSORY", "IMAGE", "STATE", "CONTAINER"}};
  auto json = nlohmann::ordered_json::object();
  for (const Accessory* accessory : chosen) {
    const Container* container = container_of(*accessory, facts);
    rows.push_back({accessory->name, container == nullptr ? accessory->image : container->reference,
                    describe_state(container), accessory->service});
    json[accessory->name] = container_json(container);
  }
  environment.reporter.answer(render_table(rows), print_json(json));
  return 0;
}

const Accessory& only_one(const Config& config, const std::string& name) {
  const auto chosen = choose_accessories(config, name);
  if (chosen.size() == 1) return *chosen.front();
  throw Error(ErrorKind::usage, Diagnostic{.message = "this works with one accessory at a time",
                                           .help = "accessories: " + names_of(chosen)});
}

int run_accessory_logs(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto& accessory = only_one(server.config(), line.part.name);
  return stream_command(environment, server.host(),
                        logs_command(accessory, log_options_of(line.logs)), "logs");
}

int run_accessory_exec(const CommandLine& line, Environment& environment) {
  Server server(environment, Needs::connection);
  const auto& accessory = only_one(server.config(), line.part.name);
  return run_command_of(line, environment, server.host(),
                        exec_command(server.config(), accessory, exec_options_of(line.exec)));
}

CLI::App& named(CLI::App& verb, CommandLine& line) {
  verb.add_option("name", line.part.name, "An accessory of deploy.yml, or `all`")
      ->type_name("NAME")
      ->required();
  return verb;
}

void add_accessory_changes(CLI::App& group, CommandLine& line) {
  const auto add = [&](const char* name, const char* summary, HelpText help, auto run) {
    auto& verb = named(add_verb(group, line, name, summary, std::move(help), run), line);
    add_change_options(verb, line.release);
    return &verb;
  };
  add("boot", "Start accessories that do not run, with their files and directories",
      {.about = "One that runs already stays as it is, whatever deploy.yml says by now.",
       .examples = {"deploy accessory boot db", "deploy accessory boot all"}},
      run_simple<AccessoryAction::boot>);
  add("reboot", "Start accessories anew, with today's settings, files and image",
      {.about =
           "The image is fetched first, then the old container stops and the new one starts.\n"
           "When that does not stay up the old one comes back. Data in volumes and directories\n"
           "stays; data in the container itself does not.",
       .examples = {"deploy accessory reboot db"}},
      run_simple<AccessoryAction::reboot>);
  add("start", "Start containers that were stopped", {.examples = {"deploy accessory start db"}},
      run_simple<AccessoryAction::start>);
  add("stop", "Stop containers", {.examples = {"deploy accessory stop db"}},
      run_simple<AccessoryAction::stop>);
  add("restart", "Stop containers and start them again, as they were",
      {.examples = {"deploy accessory restart cache"}}, run_simple<AccessoryAction::restart>);
  add("remove", "Remove containers, images and directories",
      {.about =
           "With everything in the accessory's directory on the server, as with Kamal. Volumes\n"
           "of Docker stay.",
       .examples = {"deploy accessory remove cache", "deploy accessory remove all --yes"}},
      run_simple<AccessoryAction::remove>);
  add("upload", "Write the files of accessories to the server",
      {.examples = {"deploy accessory upload cache"}}, run_simple<AccessoryAction::upload>);
  add("directories", "Make the directories of accessories on the server",
      {.examples = {"deploy accessory directories cache"}},
      run_simple<AccessoryAction::directories>);
  add("upgrade", "The same as reboot; kept for those who know it from Kamal",
      {.examples = {"deploy accessory upgrade db"}}, run_simple<AccessoryAction::reboot>)
      ->add_flag("--rolling", line.part.rolling, "Kamal's; there is one server anyway");
}

void add_hidden(CLI::App& group, CommandLine& line) {
  const auto add = [&](const char* name, const char* summary, auto run) {
    auto& verb = named(add_verb(group, line, name, summary, {}, run), line);
    add_change_options(*verb.group(hidden_group), line.release);
  };
  add("pull_image", "Let the server pull the images of accessories",
      run_simple<AccessoryAction::pull>);
  add("remove_container", "Remove stopped containers of accessories",
      run_simple<AccessoryAction::remove_container>);
  add("remove_image", "Remove the images of accessories",
      run_simple<AccessoryAction::remove_image>);
  add("remove_service_directory", "Remove the directories of accessories",
      run_simple<AccessoryAction::remove_directory>);
}

}  // namespace

void add_accessory(CLI::App& tree, CommandLine& line) {
  auto& group = *tree.add_subcommand("accessory", "Databases, caches and others beside the app");
  group.require_subcommand(1)->group(app_group);
  line.help[&group] = {
      .about =
          "What `accessories:` in deploy.yml describes. `deploy setup` starts them, releases\n"
          "leave them alone.",
      .examples = {"deploy accessory boot all", "deploy accessory logs db -f",
                   "deploy accessory exec db -i --reuse psql -U app"}};
  add_accessory_changes(group, line);
  add_hidden(group, line);
  named(add_verb(group, line, "details", "Show what runs",
                 {.examples = {"deploy accessory details all"}}, run_accessory_details),
        line);
  add_tail_options(
      named(add_verb(group, line, "logs", "Show an accessory's log",
                     {.examples = {"deploy accessory logs db --since 10m"}}, run_accessory_logs),
            line),
      line.logs);
  auto& exec = named(
      add_verb(
          group, line, "exec", "Run a command in an accessory's image",
          {.about =
               "In a new container with the accessory's volumes and variables, or in the running\n"
               "one with --reuse. Options stand before the command.",
           .examples = {"deploy accessory exec db -i --reuse psql -U app"}},
          run_accessory_exec),
      line);
  add_command_options(exec, line.exec);
  exec.add_flag("--reuse", line.exec.reuse, "In the running container, not in a new one");
}

}  // namespace liteship
