// What a server sends while a phase runs. It is the same whatever pieces it arrives in.
#include "liteship/event.h"

#include <nlohmann/json.hpp>

#include "fuzz/fuzz.h"
#include "ssh/lines.h"

namespace liteship::fuzz {
namespace {

/// Everything that can be seen of one phase.
std::string follow(std::string_view input, std::size_t piece) {
  std::string seen;
  const EventSink note = [&](const Event& event) {
    const std::string json = to_json(event);
    promise(nlohmann::json::accept(json), "an event becomes JSON");
    promise(json.find('\n') == std::string::npos, "an event becomes one line");
    seen += json + "\n";
  };
  ssh::PhaseFollower follower("release", note);
  try {
    for (; !input.empty(); input.remove_prefix(std::min(piece, input.size()))) {
      follower.take(input.substr(0, piece));
    }
  } catch (const Error& error) {
    seen += render(error.diagnostics().front(), Color::off);
  }
  if (follower.outcome()) seen += std::to_string(follower.outcome()->index());
  return seen + std::to_string(follower.count());
}

}  // namespace

void run(std::string_view input) {
  const std::string whole = follow(input, std::max<std::size_t>(1, input.size()));
  promise(follow(input, 1 + input.size() % 7) == whole, "pieces give what the whole gives");
}

}  // namespace liteship::fuzz
