#include <chrono>
#include <exception>

#include "release/steps.h"

namespace liteship {

std::int64_t steady_milliseconds() {
  using std::chrono::milliseconds;
  return std::chrono::duration_cast<milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

LocalStep::LocalStep(Session& session, std::string id, const std::string& title)
    : session_(session), id_(std::move(id)), failures_(std::uncaught_exceptions()) {
  session_.events(StepBegan{id_, title});
}

LocalStep::~LocalStep() {
  if (std::uncaught_exceptions() > failures_) {
    session_.events(StepFailed{id_, 1, "error"});
  } else {
    session_.events(StepEnded{id_, note_});
  }
}

}  // namespace liteship
