// The accessories of the project: chosen by name, with what their files hold.

#include <fmt/format.h>

#include "cli/project.h"
#include "liteship/erb.h"

namespace liteship {
namespace {

/// What the container will have, and what this machine has: ENV of an ERB file.
std::map<std::string, std::string> variables_of(const Environment& environment,
                                                const Accessory& accessory,
                                                const Secrets& secrets) {
  auto variables = environment.seams.variables;
  for (const auto& [name, value] : accessory.env.clear) variables[name] = value;
  for (const auto& secret : accessory.env.secret) {
    variables[secret.name] = secrets.at(secret.secret).reveal();
  }
  return variables;
}

/// Every file that is not there is told at once, before any is looked into.
void check_files(const Environment& environment, const std::vector<const Accessory*>& accessories) {
  std::vector<Diagnostic> problems;
  for (const Accessory* accessory : accessories) {
    for (const AccessoryMount& file : accessory->files) {
      if (std::filesystem::is_regular_file(expand_home(environment, file.source))) continue;
      problems.push_back({.message = fmt::format("there is no file `{}`", file.source),
                          .where = file.where,
                          .help = "paths stand below the project's directory"});
    }
  }
  if (!problems.empty()) throw Error(ErrorKind::usage, std::move(problems));
}

Secret read_content(const Environment& environment, const Accessory& accessory,
                    const AccessoryMount& file, const Secrets& secrets) {
  auto text = read_file(expand_home(environment, file.source)).value_or("");
  if (!file.source.ends_with("erb")) return Secret(std::move(text));
  const ErbTools tools = erb_tools(environment.seams, environment.interrupts);
  erb::Session session(variables_of(environment, accessory, secrets), tools);
  auto rendered = session.expand({file.source, std::move(text)});
  if (rendered.errors.empty()) return Secret(std::move(rendered.made.text));
  erb::hide_outputs(session.outputs(), rendered.errors);
  throw Error(ErrorKind::usage, std::move(rendered.errors));
}

}  // namespace

std::vector<const Accessory*> choose_accessories(const Config& config, const std::string& name) {
  std::vector<const Accessory*> chosen;
  std::vector<std::string> names;
  for (const Accessory& accessory : config.accessories) {
    names.push_back(accessory.name);
    if (name == "all" || name == accessory.name) chosen.push_back(&accessory);
  }
  if (!chosen.empty()) return chosen;
  if (names.empty()) {
    throw Error(ErrorKind::usage, Diagnostic{.message = "deploy.yml has no accessories",
                                             .help = "run `deploy docs accessories`"});
  }
  const auto close = closest_match(name, names);
  throw Error(ErrorKind::usage,
              Diagnostic{.message = fmt::format("there is no accessory `{}`", name),
                         .help = close ? fmt::format("did you mean `{}`?", *close)
                                       : "accessories: " + join(names, ", ")});
}

std::vector<AccessoryInput> read_accessories(const Environment& environment, const Secrets& secrets,
                                             const std::vector<const Accessory*>& accessories) {
  check_files(environment, accessories);
  std::vector<AccessoryInput> inputs;
  for (const Accessory* accessory : accessories) {
    AccessoryInput input{.accessory = accessory};
    for (const AccessoryMount& file : accessory->files) {
      input.files.push_back(read_content(environment, *accessory, file, secrets));
    }
    inputs.push_back(std::move(input));
  }
  return inputs;
}

}  // namespace liteship
