#include <algorithm>
#include <catch2/catch_test_macros.hpp>

#include "liteship/remote.h"

using namespace liteship;

namespace {

class TextSource : public ByteSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  std::size_t read(std::span<char> buffer) override {
    const auto count = std::min(buffer.size(), text_.size() - at_);
    text_.copy(buffer.data(), count, at_);
    at_ += count;
    return count;
  }
  [[nodiscard]] std::size_t position() const { return at_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

const EventSink no_events = [](const Event&) {};
const OutputSink no_output = [](std::string_view) {};

}  // namespace

TEST_CASE("the fake host replays phases in order and then succeeds", "[remote]") {
  FakeHost host;
  Interrupts interrupts;
  host.phase_replies = {{{PhaseBegan{"inspect"}, StepBegan{"a", "A"}}, PhaseBusy{"ann"}}};
  std::vector<Event> seen;
  const auto record = [&](const Event& event) { seen.push_back(event); };

  const auto first = host.run_phase({.name = "inspect", .text = "x"}, record, interrupts);
  CHECK(std::get<PhaseBusy>(first).holder == "ann");
  CHECK(seen == std::vector<Event>{PhaseBegan{"inspect"}, StepBegan{"a", "A"}});
  const auto second = host.run_phase({.name = "release", .text = "y"}, record, interrupts);
  CHECK(std::holds_alternative<PhaseSucceeded>(second));
  REQUIRE(host.phases_ran.size() == 2);
  CHECK(host.phases_ran[1].text == "y");
}

TEST_CASE("the fake host records commands and streams", "[remote]") {
  FakeHost host;
  Interrupts interrupts;
  host.command_replies = {{.status = 3, .output = "o", .error_output = "e"}};
  std::string out;
  std::string err;
  const auto outcome = host.run_command(
      {"docker", "ps"}, [&](std::string_view bytes) { out += bytes; },
      [&](std::string_view bytes) { err += bytes; }, interrupts);
  CHECK(outcome.status == 3);
  CHECK(out == "o");
  CHECK(err == "e");
  TextSource source(std::string(10'000, 'x'));
  CHECK(host.stream_into({"docker", "load"}, source, interrupts).status == 0);
  CHECK(host.run_terminal({"sh"}).status == 0);
  CHECK(host.streamed == std::vector<std::string>{std::string(10'000, 'x')});
  CHECK(host.commands_ran ==
        std::vector<Command>{{"docker", "ps"}, {"docker", "load"}, Command{"sh"}});
}

TEST_CASE("the printing host prints what people may see and reads nothing", "[remote]") {
  std::string printed;
  PrintHost host([&](std::string_view bytes) { printed += bytes; });
  Interrupts interrupts;
  const PhaseScript script{.name = "release", .text = "A=secret", .shown = "A=[redacted]"};
  CHECK(std::holds_alternative<PhaseSucceeded>(host.run_phase(script, no_events, interrupts)));
  TextSource source("image");
  CHECK(host.stream_into({"docker", "load"}, source, interrupts).status == 0);
  CHECK(host.run_command({"echo", "a b"}, no_output, no_output, interrupts).status == 0);
  CHECK(host.run_terminal({"sh", "-l"}).status == 0);
  CHECK(source.position() == 0);
  CHECK(printed ==
        "# phase release\nA=[redacted]\n"
        "# with a stream on stdin\ndocker load\n"
        "echo 'a b'\n"
        "# on a terminal\nsh -l\n");
}
