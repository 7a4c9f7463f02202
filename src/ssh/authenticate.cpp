#include "ssh/authenticate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>

#include "ssh/failure.h"
#include "ssh/files.h"
#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

// Servers hang up after MaxAuthTries, 6 by default, and count the final question for methods.
constexpr int attempt_limit = 5;
constexpr int passphrase_tries = 3;

/// Makes the bare signature of `data` for `algorithm`. Must not throw: libssh2 is C.
using Sign =
    std::function<std::optional<std::string>(std::string_view algorithm, std::string_view data)>;

/// The algorithm named in the data to sign (RFC 4252 §7): libssh2 1.11 may choose another than we.
std::string_view algorithm_in(std::string_view data) {
  WireReader reader(data);
  (void)reader.string();  // session id
  (void)reader.byte();    // SSH_MSG_USERAUTH_REQUEST
  (void)reader.string();  // user
  (void)reader.string();  // service
  (void)reader.string();  // "publickey"
  (void)reader.byte();    // TRUE
  return reader.string().value_or("");
}

int sign_callback(LIBSSH2_SESSION*, unsigned char** signature, std::size_t* size,
                  const unsigned char* data, std::size_t data_size, void** abstract) {
  const auto& sign = *static_cast<const Sign*>(*abstract);
  const std::string_view bytes(reinterpret_cast<const char*>(data), data_size);
  const auto made = sign(algorithm_in(bytes), bytes);
  if (!made) return -1;
  // libssh2 frees it with the allocator it was given: the C library's.
  // NOLINTNEXTLINE(cppcoreguidelines-no-malloc,cppcoreguidelines-owning-memory)
  *signature = static_cast<unsigned char*>(std::malloc(made->size()));
  if (*signature == nullptr) return -1;
  std::memcpy(*signature, made->data(), made->size());
  *size = made->size();
  return 0;
}

/// libssh2 1.10 takes the method's name from the blob, so an RSA blob is given the SHA-2 name. Not
/// in the standard; OpenSSH takes it, Dropbear does not.
std::string request_blob(const std::string& blob) {
  if (Library::is_modern() || key_type(blob) != "ssh-rsa") return blob;
  WireReader reader(blob);
  (void)reader.string();
  std::string relabelled;
  put_string(relabelled, "rsa-sha2-512");
  return relabelled.append(reader.rest());
}

/// Types that libssh2 1.10 cannot present.
bool needs_modern(const std::string& type) {
  return type.starts_with("sk-") || type.find("-cert-v01@") != std::string::npos;
}

class Authenticator {
 public:
  Authenticator(Session& session, const Settings& settings, const SshRequest& request,
                SshPrompts& prompts, const OutputSink& log, Interrupts& interrupts)
      : session_(session),
        settings_(settings),
        request_(request),
        prompts_(prompts),
        log_(log),
        interrupts_(interrupts),
        watch_(interrupts) {}

  void run() {
    load_keys();
    open_agent();
    for (const Identity& identity : order_identities(available_)) {
      if (attempts_ >= attempt_limit) {
        notes_.push_back(
            fmt::format("stopped after {} keys: servers hang up on more; choose with "
                        "`ssh: keys:` and `keys_only: true`",
                        attempt_limit));
        break;
      }
      if (try_identity(identity)) return;
    }
    if (server_methods()) return;
    fail();
  }

 private:
  void load_keys() {
    for (const std::string& path : request_.keys) load_into(available_.chosen, expand_home(path));
    for (std::size_t i = 0; i < request_.key_data.size(); ++i) {
      const std::string name = fmt::format("key {} of `ssh: key_data`", i + 1);
      if (auto key = parse_key(request_.key_data[i], name)) {
        available_.chosen.push_back(std::move(*key));
      } else {
        notes_.push_back(name + ": not a private key");
      }
    }
    for (const std::string& path : settings_.identity_files) {
      const bool is_default = is_default_identity(path);
      load_into(is_default ? available_.defaults : available_.chosen, path);
    }
    available_.identities_only = request_.keys_only || settings_.identities_only;
    // Kamal's keys_only: the default files do not count either.
    if (request_.keys_only) available_.defaults.clear();
  }

  void load_into(std::vector<Key>& keys, const std::string& path) {
    LoadedKey loaded = load_key(path);
    if (loaded.key) {
      keys.push_back(std::move(*loaded.key));
    } else if (errno != ENOENT || !is_default_identity(path)) {
      notes_.push_back(fmt::format("{}: {}", path, loaded.problem));
    }
  }

  void open_agent() {
    const char* variable = std::getenv("SSH_AUTH_SOCK");
    std::string path = settings_.identity_agent;
    if (path.empty() && variable != nullptr) path = variable;
    if (path.empty() || path == "none") {
      agent_note_ = "no SSH agent (SSH_AUTH_SOCK is not set)";
      return;
    }
    agent_ = Agent::connect(path);
    if (!agent_) {
      agent_note_ = fmt::format("no SSH agent answers at {}", path);
      return;
    }
    available_.agent = agent_->identities(interrupts_);
    if (available_.agent.empty()) agent_note_ = "the SSH agent holds no key";
  }

  [[nodiscard]] const Key& key_of(const Identity& identity) const {
    const std::size_t chosen = available_.chosen.size();
    return identity.key < chosen ? available_.chosen[identity.key]
                                 : available_.defaults[identity.key - chosen];
  }

  bool try_identity(const Identity& identity) {
    const std::string type = key_type(identity.blob);
    const bool from_agent = identity.source == Identity::Source::agent;
    label_ = fmt::format("{}{} {}{}", type.empty() ? "key" : type,
                         identity.blob.empty() ? "" : " " + fingerprint(identity.blob),
                         identity.name, from_agent ? " (agent)" : "");
    if (needs_modern(type) && !Library::is_modern()) {
      return skip("certificates and security keys need libssh2 1.11 or newer");
    }
    return from_agent ? try_agent(identity) : try_file(key_of(identity));
  }

  bool try_agent(const Identity& identity) {
    const Sign sign = [&](std::string_view algorithm, std::string_view data) {
      return agent_->sign(identity.blob, data, algorithm, interrupts_);
    };
    return attempt(identity.blob, sign);
  }

  bool try_file(const Key& key) {
    if (key.is_rsa() && !Library::is_modern()) return try_rsa_file(key);
    Secret passphrase;
    if (key.encrypted) {
      if (!key.blob.empty() && !server_wants(key.blob)) return false;
      return with_passphrase(key, [&](const Secret& word) { return try_library(key, word); });
    }
    return try_library(key, passphrase) == Try::accepted;
  }

  bool try_rsa_file(const Key& key) {
    if (key.format == Key::Format::openssh && key.encrypted) {
      return skip("libssh2 before 1.11 cannot open it: run `ssh-add`, or use an ed25519 key");
    }
    if (!key.encrypted) return try_rsa(open_rsa(key, Secret())) == Try::accepted;
    if (!key.blob.empty() && !server_wants(key.blob)) return false;
    return with_passphrase(key, [&](const Secret& word) { return try_rsa(open_rsa(key, word)); });
  }

  enum class Try { accepted, refused, wrong_passphrase };

  Try try_rsa(PrivateKey key) {
    if (!key) return Try::wrong_passphrase;
    const Sign sign = [&](std::string_view algorithm, std::string_view data) {
      return sign_rsa(key, algorithm, data);
    };
    return attempt(rsa_blob(key), sign) ? Try::accepted : Try::refused;
  }

  /// libssh2's own path: it opens the text itself.
  Try try_library(const Key& key, const Secret& passphrase) {
    const std::string& text = key.text.reveal();
    const std::string& user = settings_.user;
    const int code = call([&] {
      return libssh2_userauth_publickey_frommemory(
          session_.raw(), user.data(), user.size(), nullptr, 0, text.data(), text.size(),
          passphrase.empty() ? nullptr : passphrase.reveal().c_str());
    });
    // A wrong passphrase is -48, -14 or -16 by the file's format; the server's no is one of two.
    const bool answered = code == 0 || code == LIBSSH2_ERROR_AUTHENTICATION_FAILED ||
                          code == LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED;
    if (key.encrypted && !answered) return Try::wrong_passphrase;
    return settle(code) ? Try::accepted : Try::refused;
  }

  /// Asks for the passphrase until it opens the key.
  bool with_passphrase(const Key& key, const std::function<Try(const Secret&)>& use) {
    for (int i = 0; i < passphrase_tries; ++i) {
      const auto word = prompts_.passphrase(key.name);
      if (!word) return skip("it has a passphrase and nobody is there to type it: run `ssh-add`");
      const Try result = use(*word);
      if (result != Try::wrong_passphrase) return result == Try::accepted;
    }
    return skip("wrong passphrase");
  }

  /// Offers the public half only, so that nobody types a passphrase for nothing.
  bool server_wants(const std::string& blob) {
    bool wanted = false;
    const Sign sign = [&](std::string_view, std::string_view) {
      wanted = true;
      return std::nullopt;
    };
    (void)offer(blob, sign);
    if (!wanted) (void)settle(LIBSSH2_ERROR_AUTHENTICATION_FAILED);
    return wanted;
  }

  bool attempt(const std::string& blob, const Sign& sign) {
    bool asked = false;
    bool made = false;
    const Sign watched = [&](std::string_view algorithm, std::string_view data) {
      asked = true;
      auto signature = sign(algorithm, data);
      made = signature.has_value();
      return signature;
    };
    const int code = offer(blob, watched);
    if (code != 0 && asked && !made) return skip("the agent did not sign");
    return settle(code);
  }

  int offer(const std::string& blob, const Sign& sign) {
    const std::string sent = request_blob(blob);
    void* context = const_cast<Sign*>(&sign);
    return call([&] {
      return libssh2_userauth_publickey(session_.raw(), settings_.user.c_str(),
                                        reinterpret_cast<const unsigned char*>(sent.data()),
                                        sent.size(), &sign_callback, &context);
    });
  }

  template <class Attempt>
  int call(Attempt attempt) {
    const auto limit = std::chrono::seconds(request_.login_timeout);
    const int code = session_.until(attempt, Clock::now() + limit, watch_);
    if (code == call_interrupted) throw_interrupted();
    if (code == LIBSSH2_ERROR_TIMEOUT) {
      throw_connection(
          fmt::format("`{}` did not answer the login within {} s", settings_.alias, limit.count()),
          "", "look at the server's load and its sshd log");
    }
    if (!session_.transport().lost().empty()) fail_closed();
    return code;
  }

  bool settle(int code) {
    ++attempts_;
    tried_.push_back(label_);
    const std::string answer =
        code == 0 ? "accepted" : fmt::format("{} ({})", session_.last_error(), code);
    log_(fmt::format("ssh: {}: {}\n", label_, answer));
    return code == 0;
  }

  bool skip(const std::string& why) {
    notes_.push_back(label_ + ": " + why);
    log_(fmt::format("ssh: {}: skipped: {}\n", label_, why));
    return false;
  }

  /// Asks for the accepted methods; true when the server let us in without a key.
  bool server_methods() {
    char* list = nullptr;
    const std::string& user = settings_.user;
    const int code = call([&] {
      list = libssh2_userauth_list(session_.raw(), user.data(), static_cast<unsigned>(user.size()));
      return list != nullptr ? 0 : libssh2_session_last_errno(session_.raw());
    });
    if (code == 0 && list != nullptr) methods_ = list;
    return libssh2_userauth_authenticated(session_.raw()) != 0;
  }

  [[noreturn]] void fail() {
    Diagnostic diagnostic;
    diagnostic.message =
        fmt::format("`{}` refused the login of `{}`", settings_.alias, settings_.user);
    diagnostic.reason = tried_.empty() ? "there was no key to try" : "it took none of the keys";
    add_notes(diagnostic);
    const bool takes_keys = methods_.find("publickey") != std::string::npos;
    diagnostic.help =
        methods_.empty() || takes_keys
            ? fmt::format(
                  "add your public key there: ssh-copy-id -p {} {}@{}; or name another "
                  "key or user in deploy.yml's `ssh:`",
                  settings_.port.number, settings_.user, settings_.host)
            : "`deploy` logs in with keys only: allow `PubkeyAuthentication` and no second factor "
              "for this user";
    throw Error(ErrorKind::connection, std::move(diagnostic));
  }

  [[noreturn]] void fail_closed() {
    Diagnostic diagnostic;
    diagnostic.message = fmt::format("`{}` closed the connection during the login of `{}`",
                                     settings_.alias, settings_.user);
    diagnostic.reason = session_.transport().lost();
    add_notes(diagnostic);
    diagnostic.help =
        "too many wrong keys end a login (MaxAuthTries): choose one with `ssh: keys:` "
        "and `keys_only: true`";
    throw Error(ErrorKind::connection, std::move(diagnostic));
  }

  void add_notes(Diagnostic& diagnostic) {
    for (const std::string& name : tried_) diagnostic.notes.push_back("tried " + name);
    for (const std::string& note : notes_) diagnostic.notes.push_back(note);
    if (!agent_note_.empty()) diagnostic.notes.push_back(agent_note_);
    if (!methods_.empty()) diagnostic.notes.push_back("the server accepts: " + methods_);
  }

  Session& session_;
  const Settings& settings_;
  const SshRequest& request_;
  SshPrompts& prompts_;
  const OutputSink& log_;
  Interrupts& interrupts_;
  InterruptWatch watch_;
  Available available_;
  std::optional<Agent> agent_;
  std::string agent_note_;
  std::string label_;  // of the identity at hand
  std::string methods_;
  std::vector<std::string> tried_;
  std::vector<std::string> notes_;
  int attempts_ = 0;
};

}  // namespace

std::vector<Identity> order_identities(const Available& available) {
  std::vector<Identity> order;
  std::vector<bool> used(available.agent.size(), false);
  const auto from_agent = [&](const Key& key) {
    for (std::size_t i = 0; i < used.size() && !key.blob.empty(); ++i) {
      if (available.agent[i].blob != key.blob) continue;
      if (!used[i]) order.push_back({Identity::Source::agent, key.blob, key.name, 0});
      used[i] = true;
      return true;
    }
    return key.format == Key::Format::public_only;  // nothing to sign with here
  };
  std::size_t number = 0;
  for (const Key& key : available.chosen) {
    if (!from_agent(key)) order.push_back({Identity::Source::file, key.blob, key.name, number});
    ++number;
  }
  std::vector<Identity> last;
  for (const Key& key : available.defaults) {
    if (!from_agent(key)) last.push_back({Identity::Source::file, key.blob, key.name, number});
    ++number;
  }
  for (std::size_t i = 0; i < used.size() && !available.identities_only; ++i) {
    const AgentKey& key = available.agent[i];
    if (!used[i]) order.push_back({Identity::Source::agent, key.blob, key.comment, 0});
  }
  order.insert(order.end(), last.begin(), last.end());
  return order;
}

void authenticate(Session& session, const Settings& settings, const SshRequest& request,
                  SshPrompts& prompts, const OutputSink& log, Interrupts& interrupts) {
  Authenticator(session, settings, request, prompts, log, interrupts).run();
}

}  // namespace liteship::ssh
