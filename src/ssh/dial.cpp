#include "ssh/dial.h"

#include <fmt/format.h>

#include <algorithm>

#include "ssh/authenticate.h"
#include "ssh/failure.h"
#include "ssh/files.h"
#include "ssh/handshake.h"

namespace liteship::ssh {
namespace {

constexpr int hop_limit = 8;  // a ring of ProxyJump lines would never end

std::unique_ptr<Session> reach(const Dialer& dialer, const Settings& settings, int depth);

/// Lays a TCP connection through `outer` to the next host.
std::unique_ptr<Transport> tunnel(const Dialer& dialer, std::unique_ptr<Session> outer,
                                  const std::string& via, const Settings& to) {
  ChannelHandle channel;
  const int code = outer->until(
      [&] {
        channel.reset(libssh2_channel_direct_tcpip_ex(outer->raw(), to.host.c_str(), to.port.number,
                                                      "127.0.0.1", 22));
        return channel ? 0 : libssh2_session_last_errno(outer->raw());
      },
      Clock::now() + std::chrono::seconds(dialer.request.connect_timeout),
      InterruptWatch(dialer.interrupts));
  if (code == call_interrupted) throw_interrupted();
  if (code != 0) {
    throw_connection(
        fmt::format("the jump host `{}` cannot reach `{}:{}`", via, to.host, to.port.number),
        code == LIBSSH2_ERROR_TIMEOUT ? "no answer in time" : outer->last_error(),
        "check the address as the jump host sees it, and AllowTcpForwarding in its sshd_config");
  }
  return std::make_unique<ChannelTransport>(std::move(outer), std::move(channel));
}

Question question_for(const Dialer& dialer, Question question) {
  question.use_config = dialer.request.use_config;
  question.config_files = dialer.request.config_files;
  return question;
}

/// Greets and logs in over `transport`.
std::unique_ptr<Session> open_session(const Dialer& dialer, const Settings& settings,
                                      std::unique_ptr<Transport> transport) {
  auto session = std::make_unique<Session>(std::move(transport));
  greet(*session, settings, dialer);
  authenticate(*session, settings, dialer.request, dialer.prompts, dialer.log, dialer.interrupts);
  session->transport().lift_limit();
  return session;
}

/// Through "first,second,…": the first by its own configuration, each next one through the last.
std::unique_ptr<Session> reach_through(const Dialer& dialer, const Settings& target, int depth) {
  std::unique_ptr<Session> session;
  std::string via;
  for (const std::string& text : split(target.proxy_jump, ',')) {
    const Settings hop = resolve_settings(question_for(dialer, parse_hop(text)), dialer.log);
    session = session ? open_session(dialer, hop, tunnel(dialer, std::move(session), via, hop))
                      : reach(dialer, hop, depth + 1);
    via = hop.alias;
  }
  return open_session(dialer, target, tunnel(dialer, std::move(session), via, target));
}

std::unique_ptr<Session> reach(const Dialer& dialer, const Settings& settings, int depth) {
  if (depth > hop_limit) {
    throw_connection(fmt::format("more than {} jump hosts to `{}`", hop_limit, settings.alias),
                     "the ProxyJump lines of ~/.ssh/config form a ring", "check ProxyJump there");
  }
  if (!settings.proxy_jump.empty()) return reach_through(dialer, settings, depth);
  std::unique_ptr<Transport> transport;
  if (settings.proxy_command.empty()) {
    transport = std::make_unique<SocketTransport>(connect_tcp(
        settings.host, settings.port, dialer.request.connect_timeout, dialer.interrupts));
  } else {
    transport = std::make_unique<CommandTransport>(start_on_socket(settings.proxy_command));
  }
  return open_session(dialer, settings, std::move(transport));
}

}  // namespace

std::unique_ptr<Session> dial(const Dialer& dialer) {
  const SshRequest& request = dialer.request;
  Settings settings = resolve_settings(server_question(request), dialer.log);
  if (request.proxy) {
    settings.proxy_jump = *request.proxy;
    settings.proxy_command.clear();
  } else if (request.proxy_command) {
    settings.proxy_jump.clear();
    settings.proxy_command = expand_tokens(*request.proxy_command, settings);
  }
  auto session = reach(dialer, settings, 0);
  // A longer one is meant for shells that people leave open.
  const int wanted = settings.alive_interval;
  const int interval =
      wanted > 0 ? std::min(wanted, request.keepalive_interval) : request.keepalive_interval;
  session->start_keepalive(std::chrono::seconds(interval));
  return session;
}

}  // namespace liteship::ssh
