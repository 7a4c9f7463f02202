#include "ssh/host.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "ssh/dial.h"
#include "ssh/status.h"

namespace liteship::ssh {
namespace {

// Download speed at 100 ms of round-trip time is window / RTT: 8 MB gave 25 MB/s, 32 MB no more.
constexpr unsigned receive_window = 8 * 1024 * 1024;
constexpr std::size_t collect_limit = 1024 * 1024;
constexpr std::size_t input_piece = 256 * 1024;
constexpr std::chrono::seconds open_limit{30};
constexpr int open_tries = 6;
constexpr std::chrono::milliseconds full_pause{50};
// What programs print besides events, as much as a log keeps. A build of our largest sample prints
// 200 kB.
constexpr std::uint64_t talk_limit = 64'000'000;
// A stream that nobody takes, or a command whose end nobody tells. `docker load` of 5 GB onto a
// slow disk is silent for two minutes.
constexpr std::chrono::minutes stall_limit{15};
constexpr std::chrono::hours no_limit{24 * 365};

/// Keeps the first MiB, counts all.
OutputSink collector(std::string& into, std::uint64_t& count) {
  return [&into, &count](std::string_view bytes) {
    count += bytes.size();
    into += bytes.substr(0, collect_limit - std::min(collect_limit, into.size()));
  };
}

constexpr const char* endless = "the server's output has no end: it was cut at 64 MB";

}  // namespace

SshHost::SshHost(std::unique_ptr<Session> session, OutputSink log)
    : session_(std::move(session)), log_(std::move(log)) {
  session_->on_tick([this] { tend_keeper(); });
}

SshHost::~SshHost() {
  session_->on_tick(nullptr);
  if (idling_ != nullptr) idling_->on_idle(nullptr);
}

std::string SshHost::lost_reason() const {
  const std::string& lost = session_->transport().lost();
  if (lost.empty() &&
      libssh2_session_last_errno(session_->raw()) == LIBSSH2_ERROR_CHANNEL_FAILURE) {
    return "the server opens no more sessions (MaxSessions in its sshd_config)";
  }
  return lost.empty() ? "the SSH session failed: " + session_->last_error() : lost;
}

int SshHost::open_step() {
  opening_ = true;
  spare_.reset(libssh2_channel_open_ex(session_->raw(), "session", 7, receive_window,
                                       LIBSSH2_CHANNEL_PACKET_DEFAULT, nullptr, 0));
  const int code = spare_ ? 0 : libssh2_session_last_errno(session_->raw());
  opening_ = code == LIBSSH2_ERROR_EAGAIN;
  return code;
}

void SshHost::open_ahead() {
  if (!spare_) (void)open_step();
  session_->transport().flush();
}

void SshHost::tend_keeper() {
  if (!has_shell_) return;
  if (keeper_.needs_channel() && !spare_) {
    const int code = open_step();
    if (code != 0 && code != LIBSSH2_ERROR_EAGAIN) keeper_.give_up();
  }
  const bool had_spare = spare_ != nullptr;
  keeper_.tend(*session_, spare_, session_->keepalive_interval());
  // It was open for the next command, which should not wait a round trip for another one.
  if (had_spare && !spare_) open_ahead();
}

ChannelHandle SshHost::take_channel(const InterruptWatch& watch) {
  int code = 0;
  // The first refusal may be of an open sent ahead, when the server was full; and sshd counts a
  // session for some ms after its end.
  for (int tries = 0; tries < open_tries && !spare_; ++tries) {
    code =
        session_->until([&] { return spare_ ? 0 : open_step(); }, Clock::now() + open_limit, watch);
    if (code != LIBSSH2_ERROR_CHANNEL_FAILURE) break;
    if (tries > 0) (void)session_->wait(Clock::now() + full_pause, watch);
  }
  if (code != 0) log_(fmt::format("ssh: cannot open a channel: {}\n", session_->last_error()));
  return std::move(spare_);
}

void SshHost::close_channel(ChannelHandle channel) {
  // Half a second for a polite end; what is left is freed with the session.
  Interrupts none;
  (void)session_->until([&] { return libssh2_channel_close(channel.get()); },
                        Clock::now() + std::chrono::milliseconds(500), InterruptWatch(none));
}

bool SshHost::ensure_shell(const InterruptWatch& watch) {
  if (shell_) return true;
  ChannelHandle channel = take_channel(watch);
  if (!channel) return false;
  shell_ = std::move(channel);
  has_shell_ = true;
  shell_runs_ = false;
  return true;
}

PhaseOutcome SshHost::run_phase(const PhaseScript& script, const EventSink& events,
                                Interrupts& interrupts) {
  InterruptWatch watch(interrupts);
  // A build or a hook may take minutes, in which nobody waits for the server.
  idling_ = &interrupts;
  interrupts.on_idle([this] { session_->idle(); });
  if (!ensure_shell(watch)) return PhaseLost{watch.pending() ? "interrupted" : lost_reason()};
  return follow(script, events, watch);
}

PhaseOutcome SshHost::follow(const PhaseScript& script, const EventSink& events,
                             InterruptWatch& watch) {
  // Whatever leaves in the middle of a phase also ends this shell: the next phase gets a new one.
  ChannelHandle shell = std::move(shell_);
  Exchange exchange(*session_, shell.get());
  PhaseFollower follower(script.name, events);
  if (!shell_runs_) exchange.start("exec sh -s");
  exchange.feed(script.text);
  const auto limit = script.silence_limit > 0 ? std::chrono::seconds(script.silence_limit)
                                              : std::chrono::seconds(no_limit);
  const Deadline start_limit = Clock::now() + open_limit;
  Deadline silent = Clock::now() + limit;
  std::size_t seen = 0;
  bool asked_to_undo = false;
  bool undo_sent = false;
  std::uint64_t talk = 0;
  const OutputSink out = [&](std::string_view bytes) { follower.take(bytes); };
  const OutputSink err = [&](std::string_view bytes) {
    talk += bytes.size();
    log_(bytes);
  };
  for (;;) {
    const Round round = exchange.round(out, err);
    if (!shell_runs_) open_ahead();
    shell_runs_ = true;
    if (follower.outcome()) {
      if (!script.on_end.empty()) exchange.feed(script.on_end);
      (void)exchange.round(nullptr, log_);  // what it said last on stderr
      shell_ = std::move(shell);
      return *follower.outcome();
    }
    if (round == Round::lost) return PhaseLost{lost_reason()};
    if (talk > talk_limit) return PhaseLost{endless};
    if (round == Round::ended) {
      const ChannelEnd ended = channel_end(shell.get());
      if (ended.signal != 0) {
        return PhaseLost{
            fmt::format("the shell on the server was killed by signal {}", ended.signal)};
      }
      return PhaseLost{fmt::format("the shell on the server ended with status {}", ended.status)};
    }
    // Before its first event the shell may still be reading the script, and would take the word
    // for a line of it.
    if (asked_to_undo && !undo_sent && follower.count() > 0) {
      exchange.feed(script.on_interrupt);
      undo_sent = true;
      continue;
    }
    if (seen != follower.count()) {
      seen = follower.count();
      silent = Clock::now() + limit;
    }
    if (round == Round::moved && !watch.pending() && Clock::now() < silent) continue;
    const Waited waited =
        session_->wait(exchange.is_starting() ? std::min(silent, start_limit) : silent, watch);
    if (waited == Waited::timed_out && exchange.is_starting()) {
      return PhaseLost{fmt::format("the server started no shell for {} s", open_limit.count())};
    }
    if (waited == Waited::timed_out) {
      return PhaseLost{fmt::format("no event for {} s", script.silence_limit)};
    }
    if (waited == Waited::interrupted) {
      watch.acknowledge();
      if (script.on_interrupt.empty() || asked_to_undo) {
        close_channel(std::move(shell));
        return PhaseLost{"interrupted"};
      }
      asked_to_undo = true;
    }
  }
}

CommandOutcome SshHost::run(const Command& command, const Feed& feed, const OutputSink& out,
                            const OutputSink& err, const InterruptWatch& watch, const Stop& stop) {
  ChannelHandle channel = take_channel(watch);
  if (!channel) return {watch.pending() ? 130 : -1, "", lost_reason()};
  open_ahead();
  Exchange exchange(*session_, channel.get());
  exchange.start(with_evidence(command));
  const Deadline start_limit = Clock::now() + open_limit;
  Round round = Round::moved;
  while (round == Round::moved || round == Round::idle) {
    feed(exchange);
    round = exchange.round(out, err);
    if (const std::string why = stop(round); !why.empty()) {
      close_channel(std::move(channel));
      return {-1, "", why};
    }
    if (round == Round::idle && !exchange.wants_input()) {
      const bool starting = exchange.is_starting();
      const Deadline limit = starting ? start_limit : Clock::now() + stall_limit;
      if (session_->wait(limit, watch) == Waited::timed_out && starting) round = Round::lost;
    }
    if (watch.pending()) break;
  }
  if (watch.pending()) {
    close_channel(std::move(channel));
    return {130, "", ""};
  }
  if (round == Round::lost) return {-1, "", lost_reason()};
  return {status_from_evidence(channel_end(channel.get())), "", ""};
}

CommandOutcome SshHost::stream_into(const Command& command, ByteSource& input,
                                    Interrupts& interrupts) {
  std::string output;
  std::string errors;
  std::vector<char> buffer(input_piece);
  const Feed feed = [&](Exchange& exchange) {
    if (!exchange.wants_input()) return;
    const std::size_t count = input.read(buffer);
    if (count == 0) return exchange.finish_input();
    exchange.feed({buffer.data(), count});
  };
  std::uint64_t talk = 0;
  Deadline stalled = Clock::now() + stall_limit;
  const Stop stop = [&](Round round) -> std::string {
    if (talk > talk_limit) return endless;
    if (round == Round::idle && Clock::now() >= stalled) {
      return "the server has neither taken nor said anything for 15 min";
    }
    if (round == Round::moved) stalled = Clock::now() + stall_limit;
    return "";
  };
  CommandOutcome outcome = run(command, feed, collector(output, talk), collector(errors, talk),
                               InterruptWatch(interrupts), stop);
  outcome.output = std::move(output);
  outcome.error_output = errors + outcome.error_output;
  return outcome;
}

CommandOutcome SshHost::run_command(const Command& command, const OutputSink& out,
                                    const OutputSink& err, Interrupts& interrupts) {
  const Feed feed = [](Exchange& exchange) { exchange.finish_input(); };
  // What a person looks at may be silent or talk for as long as it likes.
  const Stop never = [](Round) { return std::string(); };
  return run(command, feed, out, err, InterruptWatch(interrupts), never);
}

}  // namespace liteship::ssh
