#pragma once
// The real Host: one session, one shell that stays open, and a channel for everything else.

#include <functional>
#include <memory>
#include <string>

#include "liteship/ssh.h"
#include "ssh/exchange.h"
#include "ssh/keeper.h"
#include "ssh/lines.h"
#include "ssh/session.h"

namespace liteship::ssh {

class RawTerminal;

class SshHost : public Host {
 public:
  /// session: connected and authenticated.
  SshHost(std::unique_ptr<Session> session, OutputSink log);
  ~SshHost() override;
  SshHost(const SshHost&) = delete;
  SshHost& operator=(const SshHost&) = delete;

  PhaseOutcome run_phase(const PhaseScript& script, const EventSink& events,
                         Interrupts& interrupts) override;
  CommandOutcome stream_into(const Command& command, ByteSource& input,
                             Interrupts& interrupts) override;
  CommandOutcome run_command(const Command& command, const OutputSink& out, const OutputSink& err,
                             Interrupts& interrupts) override;
  CommandOutcome run_terminal(const Command& command) override;

 private:
  using Feed = std::function<void(Exchange&)>;
  /// Asked after every round: why to give up, or "".
  using Stop = std::function<std::string(Round)>;

  /// Takes the channel opened ahead (or opens one) and starts opening the next.
  /// Result: null when the connection is lost or an interrupt came.
  [[nodiscard]] ChannelHandle take_channel(const InterruptWatch& watch);
  [[nodiscard]] int open_step();
  void open_ahead();
  /// What is due for the server to know that we are alive.
  void tend_keeper();
  /// Opens the shell when it is not. False: see lost_reason().
  [[nodiscard]] bool ensure_shell(const InterruptWatch& watch);
  [[nodiscard]] PhaseOutcome follow(const PhaseScript& script, const EventSink& events,
                                    InterruptWatch& watch);
  [[nodiscard]] CommandOutcome run(const Command& command, const Feed& feed, const OutputSink& out,
                                   const OutputSink& err, const InterruptWatch& watch,
                                   const Stop& stop);
  [[nodiscard]] CommandOutcome converse(LIBSSH2_CHANNEL* channel, const RawTerminal& terminal);
  [[nodiscard]] std::string lost_reason() const;
  void close_channel(ChannelHandle channel);

  std::unique_ptr<Session> session_;
  OutputSink log_;
  ChannelHandle shell_;
  bool shell_runs_ = false;  // its `sh` was asked for
  ChannelHandle spare_;
  bool opening_ = false;  // libssh2 has one open in flight per session
  Keeper keeper_;
  bool has_shell_ = false;  // a shell was opened: there may be a lock
  Interrupts* idling_ = nullptr;
};

}  // namespace liteship::ssh
