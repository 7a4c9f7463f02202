#include "ssh/handshake.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ssh/failure.h"
#include "ssh/trust.h"
#include "ssh/wire.h"

namespace liteship::ssh {
namespace {

/// What this libssh2 can do.
std::vector<std::string> supported(LIBSSH2_SESSION* session, int method) {
  const char** names = nullptr;
  const int count = libssh2_session_supported_algs(session, method, &names);
  if (count <= 0) return {};
  std::vector<std::string> result(names, names + count);
  libssh2_free(session, names);
  return result;
}

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool overlaps(LIBSSH2_SESSION* session, int method, const std::vector<std::string>& theirs) {
  const auto ours = supported(session, method);
  return std::any_of(theirs.begin(), theirs.end(),
                     [&](const std::string& name) { return holds(ours, name); });
}

/// The host key algorithms to ask for, in order. Only known ones: libssh2 1.10 strikes out others
/// with a memcpy over overlapping memory.
std::string host_key_order(LIBSSH2_SESSION* session, const HostTrust& trust) {
  const auto ours = supported(session, LIBSSH2_METHOD_HOSTKEY);
  std::vector<std::string> order;
  for (const std::string& name : trust.preferred_types()) {
    if (holds(ours, name)) order.push_back(name);
  }
  return join(order, ",");
}

[[noreturn]] void fail_algorithms(const Session& session, const Settings& settings,
                                  const ServerOffer& offer) {
  std::vector<std::string> gaps;
  const auto compare = [&](const char* what, int method, const std::vector<std::string>& theirs) {
    if (theirs.empty() || overlaps(session.raw(), method, theirs)) return;
    gaps.push_back(fmt::format("{} only by {}", what, join(theirs, ", ")));
  };
  compare("key exchange", LIBSSH2_METHOD_KEX, offer.key_exchange);
  compare("host key", LIBSSH2_METHOD_HOSTKEY, offer.host_keys);
  compare("encryption", LIBSSH2_METHOD_CRYPT_CS, offer.ciphers);
  compare("integrity", LIBSSH2_METHOD_MAC_CS, offer.macs);
  if (gaps.empty()) {
    throw_connection(
        fmt::format("the SSH handshake with `{}:{}` failed", settings.host, settings.port.number),
        session.last_error(),
        "look at the server's sshd log; is it sshd that answers on this port?");
  }
  const std::string library = libssh2_version(0);
  throw_connection(
      fmt::format("`{}` and libssh2 {} share no algorithm", settings.alias, library),
      "the server offers " + join(gaps, "; "),
      offer.host_keys.empty() || overlaps(session.raw(), LIBSSH2_METHOD_HOSTKEY, offer.host_keys)
          ? "allow a current algorithm in the server's sshd_config"
          : "add an ed25519 host key on the server: ssh-keygen -A, then restart sshd; or use "
            "libssh2 1.11 or newer");
}

[[noreturn]] void fail_handshake(const Session& session, const Settings& settings, int code,
                                 int seconds) {
  if (code == call_interrupted) throw_interrupted();
  const std::string where = fmt::format("{}:{}", settings.host, settings.port.number);
  const std::string& greeting = session.transport().greeting();
  const ServerOffer offer = parse_offer(greeting);
  if (!greeting.empty() && offer.banner.empty()) {
    const std::string line = split_lines(greeting).front().substr(0, 80);
    throw_connection(fmt::format("`{}` is not an SSH server", where),
                     fmt::format("it said `{}`", line), "set the right `ssh: port:`");
  }
  if (code == LIBSSH2_ERROR_TIMEOUT) {
    throw_connection(
        fmt::format("`{}` did not finish the SSH handshake within {} s", where, seconds),
        greeting.empty() ? "the port is open, but no SSH greeting came" : "",
        "check that sshd answers on this port: ssh -v " + settings.alias);
  }
  if (greeting.empty()) {
    throw_connection(fmt::format("`{}` closed the connection before its SSH greeting", where),
                     session.transport().lost(),
                     "after failed logins sshd refuses an address for a while "
                     "(PerSourcePenalties, MaxStartups): wait a minute, then try again");
  }
  if (!session.transport().lost().empty() && !offer.host_keys.empty() &&
      overlaps(session.raw(), LIBSSH2_METHOD_HOSTKEY, offer.host_keys)) {
    throw_connection(fmt::format("`{}` ended the SSH handshake", where), session.transport().lost(),
                     "look at the server's sshd log");
  }
  fail_algorithms(session, settings, offer);
}

}  // namespace

ServerOffer parse_offer(std::string_view greeting) {
  ServerOffer offer;
  // A server may send other lines before its banner (RFC 4253 §4.2).
  std::size_t begin = 0;
  while (begin < greeting.size() && !greeting.substr(begin).starts_with("SSH-")) {
    const std::size_t end = greeting.find('\n', begin);
    begin = end == std::string_view::npos ? greeting.size() : end + 1;
  }
  const std::size_t end = greeting.find('\n', begin);
  if (begin >= greeting.size() || end == std::string_view::npos) return offer;
  offer.banner = trim(greeting.substr(begin, end - begin));
  WireReader reader(greeting.substr(end + 1));
  const auto size = reader.number();
  const auto padding = reader.byte();
  const auto kind = reader.byte();
  const auto cookie = reader.bytes(16);
  if (!size || !padding || kind != 20 || !cookie) return offer;
  std::array<std::vector<std::string>, 5> lists;  // kex, host key, ciphers ×2, MACs to the server
  for (auto& list : lists) {
    const auto names = reader.string();
    if (!names) return offer;
    list = split(*names, ',');
  }
  offer.key_exchange = lists[0];
  offer.host_keys = lists[1];
  offer.ciphers = lists[2];
  offer.macs = lists[4];
  return offer;
}

void greet(Session& session, const Settings& settings, const Dialer& dialer) {
  const HostTrust trust(settings, dialer);
  const std::string order = host_key_order(session.raw(), trust);
  libssh2_session_method_pref(session.raw(), LIBSSH2_METHOD_HOSTKEY, order.c_str());
  const int seconds = dialer.request.connect_timeout;
  const int code = session.until(
      [&] { return libssh2_session_handshake(session.raw(), session.transport().socket()); },
      Clock::now() + std::chrono::seconds(seconds), InterruptWatch(dialer.interrupts));
  if (code != 0) fail_handshake(session, settings, code, seconds);
  const auto method = [&](int kind) { return libssh2_session_methods(session.raw(), kind); };
  dialer.log(fmt::format("ssh: {}: {}; {} {} {} {}\n", settings.alias,
                         libssh2_session_banner_get(session.raw()), method(LIBSSH2_METHOD_KEX),
                         method(LIBSSH2_METHOD_HOSTKEY), method(LIBSSH2_METHOD_CRYPT_CS),
                         method(LIBSSH2_METHOD_MAC_CS)));
  std::size_t size = 0;
  int type = 0;
  const char* key = libssh2_session_hostkey(session.raw(), &size, &type);
  trust.verify({key, size});
}

}  // namespace liteship::ssh
