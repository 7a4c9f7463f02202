#include "ssh/lines.h"

#include <utility>

#include "liteship/diagnostic.h"

namespace liteship::ssh {
namespace {

constexpr std::size_t line_limit = 1024 * 1024;  // as parse_event
constexpr std::uint64_t phase_limit = 16'000'000;
constexpr std::size_t event_limit = 100'000;

[[noreturn]] void refuse(const std::string& phase, const char* what) {
  Diagnostic diagnostic;
  diagnostic.message = what;
  diagnostic.reason = "phase `" + phase + "`";
  throw Error(ErrorKind::internal, std::move(diagnostic));
}

}  // namespace

void PhaseFollower::take(std::string_view bytes) {
  bytes_ += bytes.size();
  while (!bytes.empty() && !outcome_) {
    const std::size_t end = bytes.find('\n');
    partial_ += bytes.substr(0, end);
    if (partial_.size() > line_limit) {
      refuse(phase_, "the server sent an event of more than 1 MiB");
    }
    if (bytes_ > phase_limit) refuse(phase_, "the server sent more than 16 MB of events");
    if (end == std::string_view::npos) return;
    bytes.remove_prefix(end + 1);
    const std::string line = std::exchange(partial_, "");
    on_line(line);
  }
}

void PhaseFollower::on_line(std::string_view line) {
  const auto event = parse_event(line);
  if (!event) return;
  if (++count_ > event_limit) refuse(phase_, "the server sent more than 100,000 events");
  events_(*event);
  on_event(*event);
}

void PhaseFollower::on_event(const Event& event) {
  if (const auto* failed = std::get_if<StepFailed>(&event)) {
    failed_ = {failed->step, failed->reason, failed->status, false};
  } else if (const auto* busy = std::get_if<LockBusy>(&event)) {
    busy_.holder = busy->holder;
  }
  const auto* ended = std::get_if<PhaseEnded>(&event);
  if (ended == nullptr || ended->phase != phase_) return;
  if (ended->status == "done") {
    outcome_ = PhaseSucceeded{};
  } else if (ended->status == "busy") {
    outcome_ = busy_;
  } else if (ended->status == "lost") {
    outcome_ = PhaseLost{"the script on the server died before it could say how it ended"};
  } else {
    failed_.undone = ended->status == "undone";
    outcome_ = failed_;
  }
}

}  // namespace liteship::ssh
