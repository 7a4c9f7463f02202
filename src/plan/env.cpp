// Secrets as files that `docker run` takes an environment from. Docker's env files hold one line a
// variable, at most 64 kB long, and lose a CR at its end; a line with a name alone passes on what
// docker has in its own environment.

#include <fmt/core.h>

#include "plan/pieces.h"

namespace liteship {
namespace {

// docker reads lines with a buffer of 64 kB; half of it leaves no doubt about the exact limit.
constexpr std::size_t longest_line = 32 * 1024;
// Linux: MAX_ARG_STRLEN, the most that one string of a program's environment may hold.
constexpr std::size_t longest_variable = 128 * 1024 - 1;

bool fits_env_file(const std::string& name, const std::string& value) {
  return value.find('\n') == std::string::npos && !value.ends_with('\r') &&
         name.size() + value.size() < longest_line;
}

/// Variables that change what the docker client itself does.
bool is_dockers_own(const std::string& name) {
  return name == "PATH" || name == "HOME" || name.starts_with("LD_") || name.starts_with("DOCKER_");
}

/// Why no container can have this value; nothing when one can.
std::optional<std::string> problem_of(const std::string& name, const std::string& value) {
  if (value.find('\0') != std::string::npos) return "it contains a NUL byte";
  if (!is_utf8(value)) return "it is not UTF-8, and Docker would change its bytes";
  if (name.size() + 1 + value.size() > longest_variable) {
    return "it is longer than the 128 kB that Linux allows for a variable";
  }
  if (!fits_env_file(name, value) && is_dockers_own(name)) {
    return fmt::format("with line breaks or more than 32 kB, `{}` would change docker itself",
                       name);
  }
  return std::nullopt;
}

Diagnostic refuse(const SecretName& name, std::string why) {
  return {fmt::format("the secret `{}` cannot be a container's variable", name.secret),
          name.where,
          std::move(why),
          {},
          "encode it, e.g. with base64, and decode it in the app"};
}

}  // namespace

std::string EnvFiles::content() const {
  std::string all;
  for (const PhaseFile& file : files) all += file.content.reveal();
  return all;
}

Command EnvFiles::carried_by(Command command) const {
  if (values.empty()) return command;
  return Command{"with_values", values}.args(command.words);
}

void EnvFiles::add_to(Phase& phase) const {
  phase.files.insert(phase.files.end(), files.begin(), files.end());
  phase.gone.insert(phase.gone.end(), gone.begin(), gone.end());
}

EnvFiles env_files(const std::string& path, const std::vector<SecretName>& names,
                   const Secrets& secrets) {
  std::string lines;
  std::string exports;
  std::string shown;
  std::string shown_exports;
  std::vector<Diagnostic> problems;
  for (const SecretName& secret : names) {
    const std::string& name = secret.name;
    const std::string& value = secrets.at(secret.secret).reveal();
    if (auto why = problem_of(name, value)) {
      problems.push_back(refuse(secret, std::move(*why)));
    } else if (fits_env_file(name, value)) {
      lines += name + "=" + value + "\n";
      shown += name + "=[redacted]\n";
    } else {
      lines += name + "\n";
      shown += name + "\n";
      exports += "export " + name + "=" + quote(value) + "\n";
      shown_exports += "export " + name + "=[redacted]\n";
    }
  }
  throw_if_any(std::move(problems));
  EnvFiles env;
  env.files.push_back({path, Secret(lines), shown, "600"});
  if (exports.empty()) {
    env.gone.push_back(path + ".sh");
  } else {
    env.values = path + ".sh";
    env.files.push_back({env.values, Secret(exports), shown_exports, "600"});
  }
  return env;
}

}  // namespace liteship
