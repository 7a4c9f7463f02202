#pragma once
// The way to the server, for verbs that need one.

#include <memory>
#include <optional>

#include "cli/project.h"
#include "liteship/release.h"

namespace liteship {

/// What `ssh:` of the configuration asks for.
[[nodiscard]] SshRequest ssh_request(const Config& config, const Secrets& secrets);

/// A Host that connects when it is first used, so that what can fail here (build, hooks, secrets)
/// fails before anybody waits for a connection. before: called first, then.
[[nodiscard]] std::unique_ptr<Host> make_lazy_host(const Environment& environment,
                                                   SshRequest request,
                                                   std::function<void()> before);

/// Asks at the terminal; refuses with --no-input or without one.
class TerminalPrompts : public SshPrompts {
 public:
  explicit TerminalPrompts(const Environment& environment) : environment_(environment) {}
  bool trust_host(const std::string& host, const std::string& key_type,
                  const std::string& fingerprint) override;
  std::optional<Secret> passphrase(const std::string& key_file) override;

 private:
  const Environment& environment_;
};

/// The roles that `patterns` mean: names with `*`, commas between them, as of --roles. None for "".
[[nodiscard]] std::vector<std::string> roles_named(const Config& config,
                                                   const std::string& patterns);

enum class Needs {
  connection,  // only what the connection itself needs
  agent,       // the same; what runs may use the SSH agent when `ssh: forward_agent:` says so
  secrets,     // every secret of a release
  everything,  // those of the accessories, too
};

/// Which secrets a command needs besides the connection's.
using SecretChoice = std::function<std::vector<SecretName>(const Config&)>;

/// The project, its secrets, and the server: what a Session refers to. Not movable for that reason.
class Server {
 public:
  Server(const Environment& environment, Needs needs);
  Server(const Environment& environment, const SecretChoice& choice);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const Project& project() const { return project_; }
  [[nodiscard]] const Config& config() const { return project_.config; }
  [[nodiscard]] const Secrets& secrets() const { return secrets_; }
  [[nodiscard]] Session& session() { return session_; }
  /// The configuration with the roles of --roles only, for what acts on roles one by one.
  [[nodiscard]] Config chosen() const;
  /// Errors: Error{usage} when --roles leaves a role out.
  void require_every_role() const;
  /// A session whose commands are printed instead of run: --dry-run of what has no plan.
  [[nodiscard]] Session printing_session();
  /// The server; with --dry-run one that prints.
  [[nodiscard]] Host& host();

 private:
  Server(const Environment& environment, Project project, const SecretChoice& choice, Needs needs);
  void greet();  // pre-connect

  const Environment& environment_;
  Project project_;
  Secrets secrets_;
  std::unique_ptr<Host> host_;
  PrintHost printer_;
  bool dry_run_;
  std::string roles_;  // --roles
  Session session_;
};

/// Where --dry-run prints: stdout, or events with --json.
[[nodiscard]] OutputSink dry_run_output(const Environment& environment);

/// What may act on the terminal: an app's own output, as it comes; nothing that others wrote.
enum class Passed { as_it_is, printable };

/// Runs a command on the server, its output line by line as events of `step` with --json, else as
/// it comes. Result: its exit status. Errors: Error{connection} when the connection was lost.
[[nodiscard]] int stream_command(const Environment& environment, Host& host, const Command& command,
                                 const std::string& step, Passed passed = Passed::as_it_is);

}  // namespace liteship
