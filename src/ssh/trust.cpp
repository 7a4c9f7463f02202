#include "ssh/trust.h"

#include <fmt/format.h>

#include <algorithm>

#include "ssh/files.h"
#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

constexpr const char* default_types =
    "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,rsa-sha2-512,"
    "rsa-sha2-256";

/// An RSA key signs with any of the SHA-2 algorithms.
std::string algorithms_of(const std::string& type) {
  return type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}

}  // namespace

HostTrust::HostTrust(const Settings& settings, const Dialer& dialer)
    : settings_(settings), dialer_(dialer) {
  name_ = settings.host_key_alias.empty() ? known_hosts_name(settings.host, settings.port)
                                          : settings.host_key_alias;
  files_ = dialer.request.known_hosts_file
               ? std::vector<std::string>{expand_home(*dialer.request.known_hosts_file)}
               : settings.known_hosts_files;
  for (const std::string& file : files_) {
    const auto keys = parse_known_hosts(read_file(file).value_or(""), file);
    keys_.insert(keys_.end(), keys.begin(), keys.end());
  }
}

std::vector<std::string> HostTrust::preferred_types() const {
  std::vector<std::string> order;
  const auto add = [&](const std::string& names) {
    for (const std::string& name : split(names, ',')) {
      if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
    }
  };
  for (const std::string& type : known_types(keys_, name_)) add(algorithms_of(type));
  add(default_types);
  return order;
}

void HostTrust::verify(std::string_view blob) const {
  const Verdict verdict = check_host_key(keys_, name_, blob);
  switch (verdict.trust) {
    case Trust::known:
      dialer_.log(fmt::format("ssh: {}: host key {} known from {}:{}\n", settings_.alias,
                              fingerprint(blob), verdict.entry.file, verdict.entry.line));
      return;
    case Trust::unknown:
      return accept_unknown(blob, verdict);
    case Trust::changed:
      refuse_changed(blob, verdict);
    case Trust::revoked:
      refuse_revoked(blob, verdict);
  }
}

void HostTrust::accept_unknown(std::string_view blob, const Verdict& verdict) const {
  const bool trusted =
      settings_.strict == Settings::Strict::accept_new ||
      (settings_.strict == Settings::Strict::ask &&
       dialer_.prompts.trust_host(settings_.alias, key_type(blob), fingerprint(blob)));
  if (!trusted || files_.empty()) refuse_unknown(blob, verdict);
  append_known_host(files_.front(), render_known_host(name_, blob));
  dialer_.log(fmt::format("ssh: {}: host key {} added to {}\n", settings_.alias, fingerprint(blob),
                          files_.front()));
}

void HostTrust::refuse_unknown(std::string_view blob, const Verdict& verdict) const {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the host key of `{}` is not known", name_);
  diagnostic.reason = fmt::format("it showed {} {}, and no known_hosts file holds it",
                                  key_type(blob), fingerprint(blob));
  if (verdict.has_authority) {
    diagnostic.notes.push_back(
        "a @cert-authority line matches this host, but `deploy` cannot "
        "check host certificates");
  }
  if (!files_.empty()) diagnostic.notes.push_back("looked in " + join(files_, ", "));
  const std::string file = files_.empty() ? "~/.ssh/known_hosts" : files_.front();
  const std::string type = key_type(blob).substr(0, key_type(blob).find("-sha2"));
  diagnostic.help = fmt::format(
      "compare the fingerprint with the server's own (`ssh-keygen -lf "
      "/etc/ssh/ssh_host_{0}_key.pub`"
      "), then: ssh-keyscan -t {0} -p {1} {2} >> {3}",
      type.starts_with("ssh-") ? type.substr(4) : type, settings_.port.number, settings_.host,
      file);
  throw Error(ErrorKind::host_key, std::move(diagnostic));
}

void HostTrust::refuse_changed(std::string_view blob, const Verdict& verdict) const {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the host key of `{}` has changed", name_);
  diagnostic.where = Location{.file = verdict.entry.file, .line = verdict.entry.line};
  diagnostic.reason = fmt::format(
      "it showed {} {}, known is {} {}: the server was installed anew, or somebody is in between",
      key_type(blob), fingerprint(blob), verdict.entry.type, fingerprint(verdict.entry.blob));
  diagnostic.help = fmt::format("if you know why, remove the old key: ssh-keygen -f {} -R '{}'",
                                verdict.entry.file, name_);
  throw Error(ErrorKind::host_key, std::move(diagnostic));
}

void HostTrust::refuse_revoked(std::string_view blob, const Verdict& verdict) const {
  Diagnostic diagnostic;
  diagnostic.message = fmt::format("the host key of `{}` is revoked", name_);
  diagnostic.where = Location{.file = verdict.entry.file, .line = verdict.entry.line};
  diagnostic.reason =
      fmt::format("it showed {} {}, which is marked @revoked", key_type(blob), fingerprint(blob));
  diagnostic.help = "give the server a new host key: this one must not be trusted again";
  throw Error(ErrorKind::host_key, std::move(diagnostic));
}

}  // namespace liteship::ssh
