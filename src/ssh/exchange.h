#pragma once
// Moves bytes between one channel and its owner without ever waiting.

#include <string>
#include <string_view>

#include "liteship/remote.h"
#include "ssh/session.h"

namespace liteship::ssh {

enum class Round {
  moved,  // bytes moved: call again before waiting
  idle,   // nothing can move now: wait
  ended,  // the server closed the channel
  lost,   // the connection is over
};

class Exchange {
 public:
  Exchange(Session& session, LIBSSH2_CHANNEL* channel) : session_(session), channel_(channel) {}
  ~Exchange() { session_.stop_asking(channel_); }
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Asks the server to run `line`. What is fed goes out behind the request, before its answer:
  /// that saves a round trip. Call it before the first round(); a refusal shows as Round::lost.
  void start(std::string line) { line_ = std::move(line); }
  /// True until the server has answered that it runs the line, or refused.
  [[nodiscard]] bool is_starting() const { return !line_.empty(); }
  /// Queues `bytes` for the remote program's stdin.
  void feed(std::string_view bytes) { pending_ += bytes; }
  /// True when more may be fed without piling up.
  [[nodiscard]] bool wants_input() const;
  /// No more input follows: EOF is sent once everything queued is.
  void finish_input() { finished_ = true; }

  /// Writes what the windows take, reads what has come.
  [[nodiscard]] Round round(const OutputSink& out, const OutputSink& err);

 private:
  [[nodiscard]] bool start_some();
  [[nodiscard]] bool may_write() const { return !is_starting() || is_asked_; }
  [[nodiscard]] bool write_some();
  [[nodiscard]] bool read_some(int stream, const OutputSink& sink);

  Session& session_;
  LIBSSH2_CHANNEL* channel_;
  std::string line_;       // to run, until the server has answered
  bool is_asked_ = false;  // the request is on its way
  std::string pending_;
  std::size_t written_ = 0;
  bool finished_ = false;
  bool eof_sent_ = false;
  bool broken_ = false;
};

/// How a closed channel's program ended.
struct ChannelEnd {
  int status = 0;  // as libssh2 reports it: also 0 when the server sent none
  int signal = 0;  // 0: none
};
[[nodiscard]] ChannelEnd channel_end(LIBSSH2_CHANNEL* channel);

/// The number of an SSH signal name ("TERM"); SIGKILL for unknown ones.
[[nodiscard]] int signal_number(std::string_view name);

}  // namespace liteship::ssh
