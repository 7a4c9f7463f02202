#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

#include "support/json.h"
#include "ui/reporters.h"

namespace liteship {
namespace {

using Json = nlohmann::ordered_json;

// As Kamal 2.12 sends them.
constexpr std::size_t batch_records = 100;
constexpr std::chrono::seconds batch_time{5};
// A body is one line of curl's configuration in the end, its quotes escaped: post_json().
constexpr std::size_t batch_bytes = 32'000;
constexpr std::size_t text_limit = 8'000;  // of one line
constexpr std::size_t records_waiting = 10'000;

/// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
enum class Severity { info = 9, error = 17 };

Json attribute(const std::string& key, const Json& value) {
  return {{"key", key}, {"value", value}};
}
Json text_value(const std::string& text) { return {{"stringValue", text}}; }

Json attributes_of(const OtelAttributes& attributes) {
  auto list = Json::array();
  for (const auto& [key, text] : attributes) list.push_back(attribute(key, text_value(text)));
  return list;
}

/// Log records on their way to a collector: a thread sends those that came, a hundred at once or
/// every five seconds. What cannot be sent once is not tried again.
class Shipper {
 public:
  Shipper(const OtelAttributes& resource, OtelSend send)
      : resource_(attributes_of(resource)),
        send_(std::move(send)),
        thread_([this] { send_all(); }) {}
  ~Shipper() { (void)end(); }
  Shipper(const Shipper&) = delete;
  Shipper& operator=(const Shipper&) = delete;

  void add(Severity severity, std::string_view text, const Json& more = {}) {
    const auto now =
        std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
    Json record = {{"timeUnixNano", std::to_string(now)},
                   {"observedTimeUnixNano", std::to_string(now)},
                   {"severityNumber", static_cast<int>(severity)},
                   {"severityText", severity == Severity::error ? "ERROR" : "INFO"},
                   {"body", text_value(std::string(text.substr(0, text_limit)))}};
    if (more.is_object()) record.update(more);
    const std::lock_guard guard(mutex_);
    if (!trouble_.empty() || waiting_.size() >= records_waiting) return;
    waiting_.push_back(print_json(record));
    if (waiting_.size() >= batch_records) wake_.notify_one();
  }

  /// Sends what is left. Result: why some could not be sent, or "".
  std::string end() {
    {
      const std::lock_guard guard(mutex_);
      ended_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    return trouble_;
  }

 private:
  void send_all() {
    std::unique_lock lock(mutex_);
    while (!ended_ || !waiting_.empty()) {
      wake_.wait_for(lock, batch_time,
                     [this] { return ended_ || waiting_.size() >= batch_records; });
      while (!waiting_.empty()) {
        const auto body = take_batch();
        lock.unlock();
        auto trouble = send_(body);
        lock.lock();
        trouble_ = std::move(trouble);
        if (!trouble_.empty()) waiting_.clear();
      }
    }
  }

  /// The body of one POST, of the records that came first.
  std::string take_batch() {
    std::string records;
    for (std::size_t count = 0; count < batch_records && !waiting_.empty(); ++count) {
      if (count > 0 && records.size() + waiting_.front().size() > batch_bytes) break;
      records += (count > 0 ? "," : "") + waiting_.front();
      waiting_.pop_front();
    }
    return R"({"resourceLogs":[{"resource":{"attributes":)" + print_json(resource_) +
           R"(},"scopeLogs":[{"scope":{"name":"liteship","version":")" LITESHIP_VERSION
           R"("},"logRecords":[)" +
           records + "]}]}]}";
  }

  const Json resource_;
  const OtelSend send_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::string> waiting_;
  std::string trouble_;
  bool ended_ = false;
  std::thread thread_;  // last: it uses the others
};

/// Each line of what a plain reporter writes is a record.
class LineSink : public ByteSink {
 public:
  explicit LineSink(Shipper& shipper) : shipper_(shipper) {}
  void write(std::string_view bytes) override {
    for (const char byte : bytes) {
      if (byte == '\n') {
        flush();
      } else if (line_.size() < text_limit) {
        line_ += byte;
      }
    }
  }
  void flush() {
    if (!line_.empty()) shipper_.add(severity, line_);
    line_.clear();
  }

  Severity severity = Severity::info;

 private:
  Shipper& shipper_;
  std::string line_;
};

class OtelReporter : public Reporter {
 public:
  explicit OtelReporter(OtelLog log)
      : log_(std::move(log)),
        shipper_(log_.resource, log_.send),
        face_(make_plain_reporter({.format = Format::plain, .verbosity = Verbosity::verbose},
                                  {.out = lines_, .err = lines_})) {
    mark("kamal.start", Severity::info, attributes_of(log_.command));
  }
  void on_event(const Event& event) override { face_->on_event(event); }
  void on_output(std::string_view bytes) override { face_->on_output(bytes); }
  void answer(const std::string& text, const std::string& json) override {
    face_->answer(text, json);
  }
  void error(ErrorKind kind, const Diagnostic& diagnostic) override {
    lines_.flush();
    lines_.severity = Severity::error;
    face_->error(kind, diagnostic);
    lines_.severity = Severity::info;
    if (failure_.empty())
      failure_ = {{"exception.type", kind_name(kind)}, {"exception.message", diagnostic.message}};
  }
  void settle() override {}
  std::string finish(int exit_code) override {
    lines_.flush();
    const bool failed = exit_code != 0;
    OtelAttributes texts = log_.command;
    if (failed) texts.insert(texts.end(), failure_.begin(), failure_.end());
    if (log_.release) texts.emplace_back("deployment.status", failed ? "failed" : "succeeded");
    auto attributes = attributes_of(texts);
    const std::chrono::duration<double> runtime = std::chrono::steady_clock::now() - began_;
    attributes.push_back(attribute("kamal.runtime", {{"doubleValue", runtime.count()}}));
    mark(failed ? "kamal.failed" : "kamal.complete", failed ? Severity::error : Severity::info,
         attributes);
    return shipper_.end();
  }

 private:
  void mark(const std::string& event, Severity severity, const Json& attributes) {
    shipper_.add(severity, event, {{"eventName", event}, {"attributes", attributes}});
  }

  const OtelLog log_;
  const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  Shipper shipper_;
  LineSink lines_{shipper_};
  std::unique_ptr<Reporter> face_;
  OtelAttributes failure_;
};

}  // namespace

std::unique_ptr<Reporter> make_otel_reporter(OtelLog log) {
  return std::make_unique<OtelReporter>(std::move(log));
}

}  // namespace liteship
