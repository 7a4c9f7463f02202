#include "support/json.h"

#include "liteship/event.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

/// JSON that a script wrote, or its text when it is none or nests too deep to be printed.
Json embed(const std::string& text) {
  auto value = read_json<Json>(text);
  return value.is_discarded() ? Json(text) : value;
}

struct ToJson {
  Json operator()(const PhaseBegan& e) const {
    return {{"type", "phase_began"}, {"phase", e.phase}};
  }
  Json operator()(const StepBegan& e) const {
    return {{"type", "step_began"}, {"step", e.step}, {"title", e.title}};
  }
  Json operator()(const StepOutput& e) const {
    return {{"type", "step_output"}, {"step", e.step}, {"text", e.text}};
  }
  Json operator()(const StepEnded& e) const {
    return {{"type", "step_ended"}, {"step", e.step}, {"note", e.note}};
  }
  Json operator()(const StepFailed& e) const {
    return {{"type", "step_failed"}, {"step", e.step}, {"status", e.status}, {"reason", e.reason}};
  }
  Json operator()(const UndoBegan& e) const {
    return {{"type", "undo_began"}, {"step", e.step}, {"title", e.title}};
  }
  Json operator()(const FactFound& e) const {
    return {{"type", "fact_found"}, {"name", e.name}, {"value", e.value}};
  }
  Json operator()(const LockBusy& e) const {
    return {{"type", "lock_busy"}, {"holder", embed(e.holder)}};
  }
  Json operator()(const PhaseEnded& e) const {
    return {{"type", "phase_ended"}, {"phase", e.phase}, {"status", e.status}};
  }
  Json operator()(const BytesMoved& e) const {
    return {{"type", "bytes_moved"}, {"step", e.step}, {"done", e.done}, {"total", e.total}};
  }
  Json operator()(const Note& e) const { return {{"type", "note"}, {"text", e.text}}; }
};

}  // namespace

std::string to_json(const Event& event) { return print_json(std::visit(ToJson{}, event)); }

}  // namespace liteship
