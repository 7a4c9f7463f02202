#include <fmt/format.h>

#include "liteship/diagnostic.h"
#include "liteship/event.h"
#include "liteship/support.h"

// line = kind *( " " word ) [ " " rest ]    the words and the rest of each kind: docs/protocol.md
// id   = 1*( letter / digit / "-" / "_" )   of phases, steps and facts

namespace liteship {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 20;
// A step's id may end with the name of a role.
constexpr std::string_view id_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Takes a line apart from its front; every failure names the whole line.
class Words {
 public:
  explicit Words(std::string_view line) : line_(line), rest_(line) {}

  /// The next word; may be empty.
  std::string_view next() {
    const auto end = rest_.find(' ');
    const auto word = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return word;
  }

  std::string next_of(std::string_view allowed, std::string_view what) {
    const auto word = next();
    const bool good = !word.empty() && word.find_first_not_of(allowed) == std::string_view::npos;
    if (!good) fail(fmt::format("its {} is missing or has foreign characters", what));
    return std::string(word);
  }

  std::string id(std::string_view what) { return next_of(id_characters, what); }

  /// As id, and nothing may follow it.
  std::string last_id(std::string_view what) {
    auto word = id(what);
    if (!rest_.empty()) fail(fmt::format("there is more after its {}", what));
    return word;
  }

  /// Everything that is left; may be empty.
  [[nodiscard]] std::string rest() const { return std::string(rest_); }

  std::string required_rest(std::string_view what) {
    if (rest_.empty()) fail(fmt::format("its {} is missing", what));
    return rest();
  }

  [[noreturn]] void fail(const std::string& reason) const {
    constexpr std::size_t shown = 120;
    throw Error(ErrorKind::internal,
                Diagnostic{.message = fmt::format("the server sent a malformed event: `{}`",
                                                  printable(line_.substr(0, shown))),
                           .reason = reason});
  }

 private:
  std::string_view line_;
  std::string_view rest_;
};

Event parse_failure(Words& words) {
  auto step = words.id("step");
  const auto status = parse_integer(words.next());
  if (!status || *status < 0 || *status > 255) words.fail("its status is not a number of 0 to 255");
  return StepFailed{std::move(step), static_cast<int>(*status), words.required_rest("reason")};
}

Event parse_end(Words& words) {
  auto phase = words.id("phase");
  auto status = words.rest();
  for (const auto* known : {"done", "failed", "undone", "lost", "busy"}) {
    if (status == known) return PhaseEnded{std::move(phase), std::move(status)};
  }
  words.fail("its status is none of done, failed, undone, lost, busy");
}

template <class Titled>
Event parse_titled(Words& words) {
  auto step = words.id("step");
  return Titled{std::move(step), words.required_rest("title")};
}

template <class Remarked>
Event parse_remarked(Words& words) {
  auto step = words.id("step");
  return Remarked{std::move(step), words.rest()};
}

}  // namespace

std::optional<Event> parse_event(std::string_view line) {
  Words words(line);
  if (line.size() > longest_line) words.fail("it is longer than 1 MiB");
  if (line.find('\0') != std::string_view::npos) words.fail("it contains a NUL byte");
  const auto kind = words.next();
  if (kind == "phase") return PhaseBegan{words.last_id("phase")};
  if (kind == "step") return parse_titled<StepBegan>(words);
  if (kind == "undo") return parse_titled<UndoBegan>(words);
  if (kind == "out") return parse_remarked<StepOutput>(words);
  if (kind == "ok") return parse_remarked<StepEnded>(words);
  if (kind == "fail") return parse_failure(words);
  if (kind == "busy") return LockBusy{words.required_rest("holder")};
  if (kind == "end") return parse_end(words);
  if (kind != "fact") return std::nullopt;
  auto name = words.id("name");
  return FactFound{std::move(name), words.rest()};
}

}  // namespace liteship
