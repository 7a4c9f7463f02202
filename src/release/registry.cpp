#include <fmt/core.h>

#include "liteship/script.h"
#include "release/steps.h"

namespace liteship {
namespace {

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> buffer) override {
    const std::size_t n = text_.copy(buffer.data(), buffer.size(), at_);
    at_ += n;
    return n;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

Secret value_of(const Session& session, const std::optional<Credential>& credential) {
  return credential ? value_of(*credential, session.secrets) : Secret("");
}

[[noreturn]] void throw_registry(const std::string& what, const std::string& why) {
  throw Error(
      ErrorKind::release_failed,
      Diagnostic{
          what, {}, std::string(trim(why)), {}, "check `registry:` and its secrets in deploy.yml"});
}

std::vector<std::string> login_words(const Session& session, const Registry& registry) {
  std::vector<std::string> words = {value_of(session, registry.username).reveal()};
  if (registry.server) words.push_back(*registry.server);
  return words;
}

}  // namespace

void log_in_here(const Session& session, const Registry& registry) {
  RunOptions options;
  options.input = value_of(session, registry.password).reveal();
  if (options.input.empty()) return;
  const std::vector<std::string> login = login_words(session, registry);
  std::vector<std::string> words{"login", "--username", login.front(), "--password-stdin"};
  if (login.size() > 1) words.push_back(login[1]);
  const RunResult result = run_docker(words, options, session.interrupts);
  if (result.status != 0) throw_registry("cannot log in to the registry", result.error_output);
}

void log_in_server(Session& session, const Registry& registry) {
  const Secret password = value_of(session, registry.password);
  if (password.empty()) return;
  TextSource input(password.reveal());
  const CommandOutcome login = stream_to_end(
      session, render_command("registry_login", login_words(session, registry)), input);
  if (login.status != 0)
    throw_registry("the server cannot log in to the registry", login.error_output);
}

bool run_registry_login(Session& session, RegistryPlace place) {
  const auto& registry = session.config.registry;
  if (!registry || value_of(session, registry->password).empty()) return false;
  if (place == RegistryPlace::here) {
    LocalStep step(session, "login-here", "log in here");
    log_in_here(session, *registry);
  } else {
    LocalStep step(session, "login-server", "log in on the server");
    log_in_server(session, *registry);
  }
  return true;
}

bool run_registry_logout(Session& session, RegistryPlace place) {
  const auto& registry = session.config.registry;
  if (!registry) return false;
  std::vector<std::string> words;
  if (registry->server) words.push_back(*registry->server);
  if (place == RegistryPlace::here) {
    words.insert(words.begin(), "logout");
    const RunResult result = run_docker(words, {}, session.interrupts);
    if (result.status != 0) throw_registry("cannot log out of the registry", result.error_output);
  } else {
    NoBytes nothing;
    const CommandOutcome logout =
        stream_to_end(session, render_command("registry_logout", words), nothing);
    if (logout.status != 0) {
      throw_registry("the server cannot log out of the registry", logout.error_output);
    }
  }
  return true;
}

void push_to_registry(Session& session, const Request& request) {
  LocalStep step(session, "push", "push " + request.image);
  RunOptions push;
  push.on_output = session.log;
  const RunResult result = run_docker({"push", request.image}, push, session.interrupts);
  if (result.status != 0) throw_registry("cannot push to the registry", result.error_output);
}

std::string pull_by_server(Session& session, const Request& request) {
  LocalStep step(session, "pull", "pull " + request.image + " on the server");
  log_in_server(session, *session.config.registry);
  NoBytes nothing;
  const CommandOutcome pull =
      stream_to_end(session, render_command("pull_image", {request.image}), nothing);
  if (pull.status != 0) throw_registry("the server cannot pull the image", pull.error_output);
  NoBytes none;
  const CommandOutcome user =
      stream_to_end(session, render_command("image_user", {request.image}), none);
  if (user.status != 0) throw_registry("the server has not got the image", user.error_output);
  return std::string(trim(user.output));
}

}  // namespace liteship
