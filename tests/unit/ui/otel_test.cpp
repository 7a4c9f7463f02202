#include <catch2/catch_test_macros.hpp>
#include <mutex>
#include <nlohmann/json.hpp>

#include "liteship/ui.h"

namespace liteship {
namespace {

/// Keeps what is sent; from `fail_at` on nothing can be sent.
struct Collector {
  std::mutex mutex;
  std::vector<nlohmann::json> bodies;
  std::size_t fail_at = 1000;

  OtelSend send() {
    return [this](const std::string& body) -> std::string {
      const std::lock_guard guard(mutex);
      if (bodies.size() >= fail_at) return "nobody listens";
      bodies.push_back(nlohmann::json::parse(body));
      return "";
    };
  }
  /// The records of all bodies.
  std::vector<nlohmann::json> records() {
    std::vector<nlohmann::json> found;
    for (const auto& body : bodies) {
      for (const auto& record : body["resourceLogs"][0]["scopeLogs"][0]["logRecords"]) {
        found.push_back(record);
      }
    }
    return found;
  }
  std::vector<std::string> lines() {
    std::vector<std::string> found;
    for (const auto& record : records()) found.push_back(record["body"]["stringValue"]);
    return found;
  }
};

std::string attribute(const nlohmann::json& attributes, const std::string& key) {
  for (const auto& entry : attributes) {
    if (entry["key"] == key) return entry["value"].begin()->dump();
  }
  return "none";
}

OtelLog log_to(Collector& collector, bool release = true) {
  return {.resource = {{"service.name", "kamal"}},
          .command = {{"kamal.command", "deploy"}},
          .release = release,
          .send = collector.send()};
}

}  // namespace

TEST_CASE("a collector gets each line, and the beginning and the end as events", "[ui][otel]") {
  Collector collector;
  const auto reporter = make_otel_reporter(log_to(collector));
  reporter->on_event(StepBegan{"build", "build the image"});
  reporter->on_output("one\ntw");
  reporter->on_output("o\xff\n");
  reporter->answer("3ccc serves", "{}");
  CHECK(reporter->finish(0).empty());
  CHECK(collector.lines() == std::vector<std::string>{"kamal.start", "step: build the image", "one",
                                                      "two\xef\xbf\xbd", "3ccc serves",
                                                      "kamal.complete"});
  const auto records = collector.records();
  CHECK(records.front()["eventName"] == "kamal.start");
  CHECK(attribute(records.front()["attributes"], "deployment.status") == "none");
  CHECK(records[1].value("eventName", "") == "");
  CHECK(records[1]["severityNumber"] == 9);
  CHECK(records[1]["timeUnixNano"].get<std::string>().size() == 19);
  CHECK(attribute(records.back()["attributes"], "kamal.command") == "\"deploy\"");
  CHECK(attribute(records.back()["attributes"], "deployment.status") == "\"succeeded\"");
  const auto& resource = collector.bodies.front()["resourceLogs"][0]["resource"];
  CHECK(attribute(resource["attributes"], "service.name") == "\"kamal\"");
}

TEST_CASE("a collector hears of a failure and why", "[ui][otel]") {
  Collector collector;
  const auto reporter = make_otel_reporter(log_to(collector));
  reporter->error(ErrorKind::release_failed, {.message = "it is not healthy", .help = "look"});
  CHECK(reporter->finish(4).empty());
  const auto records = collector.records();
  CHECK(records[1]["severityText"] == "ERROR");
  CHECK(records.back()["body"]["stringValue"] == "kamal.failed");
  const auto& attributes = records.back()["attributes"];
  CHECK(attribute(attributes, "exception.message") == "\"it is not healthy\"");
  CHECK(attribute(attributes, "deployment.status") == "\"failed\"");
}

TEST_CASE("what is no release has no deployment.status", "[ui][otel]") {
  Collector collector;
  CHECK(make_otel_reporter(log_to(collector, false))->finish(0).empty());
  CHECK(attribute(collector.records().back()["attributes"], "deployment.status") == "none");
}

TEST_CASE("records go in hundreds, and bodies stay small enough for curl", "[ui][otel]") {
  Collector collector;
  const auto reporter = make_otel_reporter(log_to(collector));
  for (int line = 0; line < 950; ++line) reporter->on_output("short\n");
  for (int line = 0; line < 50; ++line) reporter->on_output(std::string(20'000, '"') + "\n");
  CHECK(reporter->finish(0).empty());
  CHECK(collector.records().size() == 1002);
  for (const auto& body : collector.bodies) {
    const auto& records = body["resourceLogs"][0]["scopeLogs"][0]["logRecords"];
    CHECK(records.size() <= 100);
    CHECK((records.size() == 1 || body.dump().size() < 40'000));
  }
}

TEST_CASE("a collector that cannot be reached is told once, and nothing waits for it",
          "[ui][otel]") {
  Collector collector;
  collector.fail_at = 1;
  const auto reporter = make_otel_reporter(log_to(collector));
  for (int line = 0; line < 100'000; ++line) reporter->on_output("line\n");
  CHECK(reporter->finish(0) == "nobody listens");
  CHECK(collector.bodies.size() == 1);
}

}  // namespace liteship
