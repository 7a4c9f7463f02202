#include <nlohmann/json.hpp>

#include "ui/reporters.h"
#include "ui/steps.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

Json to_value(const std::optional<Location>& where) {
  if (!where) return nullptr;
  return {{"file", where->file}, {"line", where->line}, {"column", where->column}};
}

class JsonReporter : public Reporter {
 public:
  explicit JsonReporter(const ReporterStreams& streams) : streams_(streams) {}

  void on_event(const Event& event) override {
    auto object = Json::parse(to_json(event));
    std::visit([&](const auto& e) { add_duration(e, object); }, event);
    put(object);
  }
  void on_output(std::string_view) override {}  // no part of the contract; the log has it
  void answer(const std::string&, const std::string& json) override {
    put({{"type", "answer"}, {"data", json.empty() ? Json() : Json::parse(json)}});
  }
  void error(ErrorKind kind, const Diagnostic& d) override {
    put({{"type", "error"},
         {"kind", kind_name(kind)},
         {"message", d.message},
         {"where", to_value(d.where)},
         {"reason", d.reason},
         {"notes", d.notes},
         {"help", d.help},
         {"exit_code", exit_code(kind)}});
  }
  void settle() override {}

 private:
  void add_duration(const PhaseBegan& e, Json&) { phases_.begin(e.phase, e.phase, now()); }
  void add_duration(const PhaseEnded& e, Json& object) { end(phases_, e.phase, object); }
  void add_duration(const StepBegan& e, Json&) { steps_.begin(e.step, e.title, now()); }
  void add_duration(const StepEnded& e, Json& object) { end(steps_, e.step, object); }
  void add_duration(const StepFailed& e, Json& object) { end(steps_, e.step, object); }
  template <class Other>
  void add_duration(const Other&, Json&) {}

  void end(OpenSteps& open, const std::string& id, Json& object) {
    object["duration_ms"] = elapsed_ms(open.end(id, now()).began, now());
  }
  void put(const Json& object) {
    streams_.out.write(object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
  }
  [[nodiscard]] Moment now() const { return streams_.now(); }

  ReporterStreams streams_;
  OpenSteps phases_;
  OpenSteps steps_;
};

}  // namespace

std::unique_ptr<Reporter> make_json_reporter(const ReporterOptions&,
                                             const ReporterStreams& streams) {
  return std::make_unique<JsonReporter>(streams);
}

}  // namespace liteship
