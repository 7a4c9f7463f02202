#pragma once
// A TCP server that talks SSH badly, or passes on what a real one says until it does.

#include <functional>
#include <string>
#include <thread>

#include "liteship/support.h"
#include "ssh/handles.h"

namespace liteship::ssh {

class RawServer {
 public:
  /// Talks to one client; returns when it is done or a write fails.
  using Talk = std::function<void(int peer)>;

  explicit RawServer(Talk talk);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  Port port;

 private:
  Fd listener_;
  std::thread thread_;
};

/// False when the client is gone.
bool say(int peer, std::string_view text);
/// Reads until the client hangs up.
void listen_only(int peer);
/// A plain SSH packet (RFC 4253 §6) of this payload.
[[nodiscard]] std::string packet(std::string_view payload);
/// A SSH_MSG_KEXINIT that every client can agree to.
[[nodiscard]] std::string key_exchange_offer();

enum class Then { silence, garbage };
/// Passes on what the server at `port` says, `bytes` of it, then does as told.
[[nodiscard]] RawServer::Talk relay(Port port, std::size_t bytes, Then then);

}  // namespace liteship::ssh
