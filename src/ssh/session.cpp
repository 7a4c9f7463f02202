#include "ssh/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "liteship/diagnostic.h"

namespace liteship::ssh {
namespace {

Transport& transport_of(void** abstract) { return *static_cast<Transport*>(*abstract); }

ssize_t send_callback(libssh2_socket_t, const void* buffer, std::size_t size, int,
                      void** abstract) {
  Transport& transport = transport_of(abstract);
  if (transport.is_shut()) return -ECONNRESET;
  transport.send({static_cast<const char*>(buffer), size});
  return static_cast<ssize_t>(size);
}

ssize_t receive_callback(libssh2_socket_t, void* buffer, std::size_t size, int, void** abstract) {
  return transport_of(abstract).receive({static_cast<char*>(buffer), size});
}

}  // namespace

Session::Session(std::unique_ptr<Transport> transport)
    : transport_(std::move(transport)),
      handle_(libssh2_session_init_ex(nullptr, nullptr, nullptr, transport_.get())) {
  if (!handle_) throw Error(ErrorKind::internal, Diagnostic{.message = "libssh2 has no memory"});
  libssh2_session_callback_set(raw(), LIBSSH2_CALLBACK_SEND,
                               reinterpret_cast<void*>(&send_callback));
  libssh2_session_callback_set(raw(), LIBSSH2_CALLBACK_RECV,
                               reinterpret_cast<void*>(&receive_callback));
  libssh2_session_set_blocking(raw(), 0);
}

Session::~Session() {
  if (transport_->lost().empty()) {
    libssh2_session_disconnect(raw(), "done");
    transport_->flush();
  }
  transport_->shut();
}

void Session::start_keepalive(std::chrono::seconds interval) {
  keepalive_interval_ = interval;
  libssh2_keepalive_config(raw(), 1, static_cast<unsigned>(interval.count()));
}

void Session::keep_alive() {
  int next = 0;
  libssh2_keepalive_send(raw(), &next);
  transport_->flush();
}

void Session::idle() {
  if (!transport_->lost().empty()) return;
  if (keepalive_interval_.count() > 0) keep_alive();
  tick();
}

void Session::note_silence(Clock::duration waited) {
  if (transport_->arrived() != last_arrived_) {
    last_arrived_ = transport_->arrived();
    silence_ = {};
    return;
  }
  silence_ += waited;
  const auto limit = 3 * keepalive_interval_;
  if (silence_ >= limit) {
    transport_->set_lost(fmt::format("the server has not answered for {} s", limit.count()));
  }
}

Waited Session::wait(Deadline deadline, const InterruptWatch& watch, std::span<pollfd> extra) {
  if (watch.pending()) return Waited::interrupted;
  auto longest = watch.longest_wait();
  tick();
  if (keepalive_interval_.count() > 0) {
    note_silence(Clock::duration::zero());
    keep_alive();
    longest = std::min<std::chrono::milliseconds>(longest, keepalive_interval_);
  }
  const auto start = Clock::now();
  if (start >= deadline) return Waited::timed_out;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - start);

  std::vector<pollfd> fds;
  const int events = POLLIN | (transport_->wants_write() ? POLLOUT : 0);
  fds.push_back({transport_->poll_fd(), static_cast<short>(events), 0});
  fds.push_back({watch.poll_fd(), POLLIN, 0});
  fds.insert(fds.end(), extra.begin(), extra.end());
  const int ready =
      ::poll(fds.data(), fds.size(), static_cast<int>(std::min(left, longest).count()));
  std::copy(fds.begin() + 2, fds.end(), extra.begin());

  const bool arriving = ready > 0 && (fds[0].revents & POLLIN) != 0;
  if (!arriving && keepalive_interval_.count() > 0) note_silence(Clock::now() - start);
  if (ready > 0 && (fds[0].revents & POLLOUT) != 0) transport_->flush();
  return watch.pending() ? Waited::interrupted : Waited::ready;
}

std::string Session::last_error() const {
  char* text = nullptr;
  int size = 0;
  libssh2_session_last_error(raw(), &text, &size, 0);
  return text == nullptr ? "" : std::string(text, static_cast<std::size_t>(size));
}

}  // namespace liteship::ssh
