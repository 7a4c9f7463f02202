#include "ui/steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "liteship/support.h"

namespace liteship {
namespace {

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

}  // namespace

void OpenSteps::begin(const std::string& id, const std::string& title, Moment now) {
  std::erase_if(steps_, [&](const OpenStep& step) { return step.id == id; });
  steps_.push_back({.id = id, .title = replace_all(printable(title), "\n", " "), .began = now});
}

OpenStep OpenSteps::end(const std::string& id, Moment now) {
  auto step = at(id, now);
  std::erase_if(steps_, [&](const OpenStep& open) { return open.id == id; });
  return step;
}

OpenStep& OpenSteps::at(const std::string& id, Moment now) {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [&](const auto& step) { return step.id == id; });
  if (found != steps_.end()) return *found;
  begin(id, id, now);
  return steps_.back();
}

const OpenStep* OpenSteps::latest() const { return steps_.empty() ? nullptr : &steps_.back(); }

std::int64_t elapsed_ms(Moment from, Moment to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
}

std::string describe_duration(const OpenStep& step, Moment now) {
  const auto time = format_duration(elapsed_ms(step.began, now));
  if (step.done == 0) return fmt::format("({})", time);
  return fmt::format("({}, {})", time, format_bytes(step.done));
}

std::string describe_progress(const OpenStep& step, Moment now) {
  if (step.done == 0) return {};
  auto text = format_bytes(step.done);
  if (step.total > 0) {
    // The total is an estimate where the stream is compressed on its way.
    const auto percent = std::min<std::uint64_t>(100, step.done * 100 / step.total);
    text += fmt::format(" of {}, {} %", format_bytes(step.total), percent);
  }
  const auto ms = elapsed_ms(step.began, now);
  if (ms < 500) return text;  // too early for a rate that means anything
  return text +
         fmt::format(", {}/s", format_bytes(step.done * 1000 / static_cast<std::uint64_t>(ms)));
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string elide(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t kept = 0;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (begins_character(text[end]) && ++kept == width) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace liteship
