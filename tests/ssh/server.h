#pragma once
// A private sshd with keys of its own, for as long as the object lives.

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "liteship/ssh.h"
#include "ssh/files.h"

namespace liteship::ssh {

/// For the cases in which libssh2 1.10 itself leaks; nothing else may.
#ifdef __SANITIZE_ADDRESS__
using LeaksAllowed = __lsan::ScopedDisabler;
#else
struct LeaksAllowed {
  LeaksAllowed() {}
};
#endif

/// A directory that goes away with everything in it.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file (0600) and returns its path.
  std::string write(const std::string& name, const std::string& text) const;
  /// ssh-keygen: a key pair `name`, `name`.pub; returns the private half's path.
  std::string make_key(const std::string& name, const std::string& type,
                       const std::string& passphrase = "",
                       const std::vector<std::string>& more = {}) const;

 private:
  std::string path_;
};

/// A TCP port of 127.0.0.1 that was free a moment ago.
[[nodiscard]] Port free_port();

class Server {
 public:
  /// extra: more lines for sshd_config. host_keys: types of ssh-keygen.
  explicit Server(const std::string& extra = "",
                  const std::vector<std::string>& host_keys = {"ed25519", "ecdsa", "rsa"});

  /// Lets the key whose private half is `path` in.
  void authorize(const std::string& path);
  /// Lets nobody in.
  void authorize_nobody() { directory.write("authorized_keys", ""); }

  /// A request with the authorised ed25519 key `key` and a known_hosts file that knows us.
  [[nodiscard]] SshRequest request() const;
  /// "[127.0.0.1]:PORT type base64\n"
  [[nodiscard]] std::string known_hosts_line(const std::string& type = "ed25519") const;
  [[nodiscard]] std::string log() const;

  TempDirectory directory;
  Port port;
  std::string key;  // the ed25519 user key that is authorised from the start

 private:
  SocketChild sshd_;
};

/// A running ssh-agent; SSH_AUTH_SOCK names it for as long as it lives.
class RunningAgent {
 public:
  RunningAgent();
  ~RunningAgent();
  RunningAgent(const RunningAgent&) = delete;
  RunningAgent& operator=(const RunningAgent&) = delete;
  void add(const std::string& key) const;

 private:
  TempDirectory directory_;
  std::string socket_;
  SocketChild agent_;
};

/// Collects what connect_ssh logs, for failures.
struct Connected {
  std::string log;
  Interrupts interrupts;
  std::unique_ptr<Host> host;
};
[[nodiscard]] std::unique_ptr<Connected> connect(const SshRequest& request);
[[nodiscard]] std::unique_ptr<Connected> connect(const SshRequest& request, SshPrompts& prompts);

/// The diagnostic that connecting ends with; fails the test when it does not.
struct Failure {
  ErrorKind kind = ErrorKind::internal;
  Diagnostic diagnostic;
  std::string log;
};
[[nodiscard]] Failure connect_failure(const SshRequest& request);
[[nodiscard]] Failure connect_failure(const SshRequest& request, SshPrompts& prompts);

/// Checks that `text` holds `part`, and shows it when it does not.
void contains(const std::string& text, const std::string& part);

/// The login name of this process.
[[nodiscard]] std::string login_name();

}  // namespace liteship::ssh
