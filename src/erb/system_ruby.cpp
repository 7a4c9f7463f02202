#include "erb/system_ruby.h"

#include <fmt/format.h>

#include "liteship/support.h"

namespace liteship::erb {
namespace {

// The program answers on stdout, one record after the other: "T n" a text, "V n length" a value and
// its bytes, "E name length" a variable, "X line length" an error, "D" done. What it prints itself
// goes to stderr. Kamal has ActiveSupport's `present?` loaded: where there is none, this has its
// own.
constexpr std::string_view driver = R"RUBY(
_liteship_out = STDOUT.dup
STDOUT.reopen(STDERR)
_liteship_out.binmode
%w[erb yaml json date time tmpdir pathname base64 shellwords securerandom
   active_support active_support/core_ext/object/blank active_support/core_ext/object/inclusion
   active_support/core_ext/string].each do |name|
  begin
    require name
  rescue LoadError
  end
end
unless Object.method_defined?(:present?)
  class Object
    def blank?; respond_to?(:empty?) ? !!empty? : !self; end
    def present?; !blank?; end
    def presence; self if present?; end
  end
  class String
    def blank?; strip.empty?; end
    def squish; strip.gsub(/\s+/, " "); end
  end
end
_liteship = Object.new
_liteship.define_singleton_method(:record) do |kind, name, bytes|
  bytes = bytes.to_s.b
  _liteship_out << "#{kind} #{name} #{bytes.bytesize}\n" << bytes << "\n"
end
_liteship.define_singleton_method(:t) { |n| record("T", n, "") }
_liteship.define_singleton_method(:v) { |n, value| record("V", n, value) }
_liteship_before = ENV.to_h
begin
  eval(_liteship_code, binding, _liteship_path, 1)
  ENV.each { |name, value| _liteship.record("E", name, value) if _liteship_before[name] != value }
  _liteship.record("D", 0, "")
rescue SystemExit, Exception => error
  place = error.backtrace_locations&.find { |at| at.path == _liteship_path }
  line = place ? place.lineno : error.message[/:(\d+):/, 1].to_i
  said = error.is_a?(SyntaxError) ? "this is not valid Ruby" : error.message.lines.first.to_s.chomp
  said = said.sub(/ for .*/, "") if error.is_a?(NameError)
  _liteship.record("X", line, "#{said} (#{error.class})")
end
)RUBY";

struct Record {
  char kind = ' ';
  std::string name;
  std::string bytes;
};

/// Takes a record off the front; nothing when it is malformed.
std::optional<Record> take_record(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::vector<std::string> words = split(text.substr(0, end), ' ');
  if (end == std::string_view::npos || words.size() != 3 || words[0].size() != 1) {
    return std::nullopt;
  }
  const auto length = parse_integer(words[2]);
  text.remove_prefix(end + 1);
  if (!length || *length < 0 || static_cast<std::size_t>(*length) + 1 > text.size()) {
    return std::nullopt;
  }
  const auto size = static_cast<std::size_t>(*length);
  Record record{words[0][0], words[1], std::string(text.substr(0, size))};
  text.remove_prefix(size + 1);
  return record;
}

/// Adds the record to `run`; false when it makes no sense.
bool apply(Record record, const Template& made, ruby::World& world, RubyRun& run) {
  if (record.kind == 'E') {
    world.set(record.name, {std::move(record.bytes)});
    return true;
  }
  const auto number = parse_integer(record.name);
  if (!number || *number < 0) return false;
  const auto index = static_cast<std::size_t>(*number);
  if (record.kind == 'T' && index < made.texts.size()) {
    run.puts.push_back({index, 0, {}});
  } else if (record.kind == 'V' && index < made.tags.size()) {
    run.puts.push_back({std::nullopt, index, std::move(record.bytes)});
  } else if (record.kind == 'X') {
    run.error = std::move(record.bytes);
    run.line = index;
  } else {
    return record.kind == 'D';
  }
  return true;
}

}  // namespace

RubyRun run_ruby(const Template& made, const std::string& path, ruby::World& world) {
  RubyRun run;
  run.missing = !world.tools().run_ruby;
  if (run.missing) return run;
  const std::string program = fmt::format(
      "# encoding: utf-8\n_liteship_path = {}\n_liteship_code = "
      "{}.dup.force_encoding(\"UTF-8\")\n{}",
      ruby::inspect({path}), ruby::inspect({made.ruby_program}), driver);
  const CommandResult result = world.tools().run_ruby(program, world.changes());
  run.missing = result.status == 127;
  if (run.missing) return run;
  std::string_view rest = result.output;
  bool done = false;
  while (!done && !run.error) {
    auto record = take_record(rest);
    done = record && record->kind == 'D';
    if (!record || !apply(std::move(*record), made, world, run)) {
      run.error = fmt::format("it ended with exit status {}", result.status);
    }
  }
  return run;
}

}  // namespace liteship::erb
