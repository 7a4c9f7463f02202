#pragma once
// One libssh2 session and the only place that waits.

#include <poll.h>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "liteship/support.h"
#include "ssh/handles.h"
#include "ssh/transport.h"

namespace liteship::ssh {

/// Counts the interrupts that one call has not answered yet.
class InterruptWatch {
 public:
  explicit InterruptWatch(Interrupts& interrupts) : interrupts_(interrupts) {}
  [[nodiscard]] bool pending() const { return interrupts_.count() > seen_; }
  void acknowledge() { ++seen_; }
  /// The descriptor to poll, or -1: it stays readable after the first interrupt.
  [[nodiscard]] int poll_fd() const { return seen_ == 0 ? interrupts_.wake_fd() : -1; }
  /// The longest wait that still notices an interrupt soon.
  [[nodiscard]] std::chrono::milliseconds longest_wait() const {
    return std::chrono::milliseconds(seen_ == 0 ? 60000 : 100);
  }

 private:
  Interrupts& interrupts_;
  int seen_ = 0;  // one that came before this watch counts, too: it may have come between two waits
};

enum class Waited { ready, timed_out, interrupted };

/// What until() returns beside libssh2's own codes when an interrupt came.
inline constexpr int call_interrupted = -1000;

class Session {
 public:
  /// Errors: Error{internal} when libssh2 has no memory.
  explicit Session(std::unique_ptr<Transport> transport);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] LIBSSH2_SESSION* raw() const { return handle_.get(); }
  [[nodiscard]] Transport& transport() const { return *transport_; }

  /// From now on asks the server for a sign of life every `interval` and takes it for dead after
  /// three intervals without a byte.
  void start_keepalive(std::chrono::seconds interval);

  [[nodiscard]] std::chrono::seconds keepalive_interval() const { return keepalive_interval_; }

  /// Called at least once a second while anything is at work; must not wait itself.
  void on_tick(std::function<void()> tick) { tick_ = std::move(tick); }

  void tick() {
    if (tick_) tick_();
  }

  /// Sends what is due while this thread waits for something else than the server.
  void idle();

  /// Waits until bytes can move, one of `extra` is ready, the deadline passes, or an interrupt
  /// comes. A dead server shows as transport().lost().
  [[nodiscard]] Waited wait(Deadline deadline, const InterruptWatch& watch,
                            std::span<pollfd> extra = {});

  /// Calls `attempt` until it returns something else than LIBSSH2_ERROR_EAGAIN.
  ///
  /// Result: its value; LIBSSH2_ERROR_TIMEOUT at the deadline, LIBSSH2_ERROR_SOCKET_DISCONNECT
  ///         when the connection is lost, call_interrupted.
  template <class Attempt>
  [[nodiscard]] int until(Attempt attempt, Deadline deadline, const InterruptWatch& watch) {
    for (;;) {
      const std::uint64_t before = transport_->arrived();
      transport_->begin_turn();
      const int result = attempt();
      transport_->flush();
      if (result != LIBSSH2_ERROR_EAGAIN) return result;
      // Bytes that came meanwhile may sit decrypted inside libssh2, where poll cannot see them.
      if (transport_->arrived() != before) {
        if (watch.pending()) return call_interrupted;
        if (Clock::now() >= deadline) return LIBSSH2_ERROR_TIMEOUT;
        continue;
      }
      if (!transport_->lost().empty()) return LIBSSH2_ERROR_SOCKET_DISCONNECT;
      const Waited waited = wait(deadline, watch);
      if (waited == Waited::interrupted) return call_interrupted;
      if (waited == Waited::timed_out) return LIBSSH2_ERROR_TIMEOUT;
    }
  }

  /// Makes `request` to the server about `channel`, whose answer is waited for.
  ///
  /// One channel at a time: libssh2 reads the answer to another channel's request while it waits
  /// for this one's, does not find it is not the one, and gives up (_libssh2_packet_requirev
  /// in 1.10). Result: the request's; LIBSSH2_ERROR_EAGAIN also while another channel's is on its
  /// way.
  template <class Request>
  [[nodiscard]] int ask(const LIBSSH2_CHANNEL* channel, Request request) {
    if (asking_ != nullptr && asking_ != channel) return LIBSSH2_ERROR_EAGAIN;
    const int code = request();
    asking_ = code == LIBSSH2_ERROR_EAGAIN ? channel : nullptr;
    return code;
  }
  /// The channel's answer is not waited for any more.
  void stop_asking(const LIBSSH2_CHANNEL* channel) {
    if (asking_ == channel) asking_ = nullptr;
  }

  /// libssh2's text for its last error.
  [[nodiscard]] std::string last_error() const;

 private:
  void keep_alive();
  void note_silence(Clock::duration waited);

  Library library_;
  std::unique_ptr<Transport> transport_;
  SessionHandle handle_;
  std::function<void()> tick_;
  const LIBSSH2_CHANNEL* asking_ = nullptr;  // whose request is on its way
  std::chrono::seconds keepalive_interval_{0};
  std::uint64_t last_arrived_ = 0;
  // Only time spent waiting counts: a slow local program must not make the server look dead.
  Clock::duration silence_{0};
};

}  // namespace liteship::ssh
