#pragma once
// The sign of life for the server, as keepalives are the one for us.

#include <chrono>

#include "ssh/session.h"

namespace liteship::ssh {

/// Ends the connection from the server's side when this program is gone without a word.
///
/// A laptop that sleeps, or whose network is gone, says no goodbye. sshd waits for hours then (no
/// ClientAliveInterval by default, TCP's keepalive after two hours), and with it the shell that
/// holds the app's lock. So a small program there, on a channel of its own, reads one byte an
/// interval, and ends its sshd when none comes for twelve of them.
class Keeper {
 public:
  /// Makes a step towards the program, or sends what is due. Never waits. `spare`: an open channel
  /// or null; it is taken when the program is not there yet.
  void tend(Session& session, ChannelHandle& spare, std::chrono::seconds interval);
  [[nodiscard]] bool needs_channel() const { return !channel_ && !refused_; }
  /// The server opens no channel for it: then it is left to sshd.
  void give_up() { refused_ = true; }

 private:
  void start(Session& session, std::chrono::seconds interval);

  ChannelHandle channel_;
  bool started_ = false;
  bool refused_ = false;
  Deadline next_{};
};

}  // namespace liteship::ssh
