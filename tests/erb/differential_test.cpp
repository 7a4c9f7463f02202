// The same templates through Ruby's own ERB and through ours, byte for byte. ERB_SEED chooses
// others, ERB_COUNT more.

#include <catch2/catch_test_macros.hpp>
#include <cstdlib>
#include <iostream>

#include "erb/expand.h"
#include "erb/templates.h"
#include "liteship/process.h"

using namespace liteship;

namespace {

const std::map<std::string, std::string> variables = {
    {"A", "alpha"}, {"N", "42"}, {"L", " a,b,c ,b"}, {"EMPTY", ""}};

RunResult ruby(const std::string& program, const ErbTools::Variables& changes) {
  Interrupts never;
  auto environment = variables;
  for (const auto& [name, value] : changes) environment[name] = value;
  return run_process(Command{"ruby", "-"}, {.environment = environment, .input = program}, never);
}

unsigned number_of(const char* name, unsigned otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(value, nullptr, 10));
}

/// What Ruby makes of each template: "=" and the text, or "!".
std::vector<std::string> expected(const std::vector<std::string>& templates) {
  std::string program = R"RUBY(
require "erb"
class Object
  def blank?; respond_to?(:empty?) ? !!empty? : !self; end
  def present?; !blank?; end
  def presence; self if present?; end
end
class String; def blank?; strip.empty?; end; end
STDOUT.binmode
$stderr = File.open(File::NULL, "w")
def render(code)
  code = [code].pack("H*").force_encoding("UTF-8")
  said = begin; "=" + ERB.new(code, trim_mode: "-").result; rescue Exception; "!"; end
  puts said.unpack1("H*")
end
)RUBY";
  const auto hex = [](const std::string& text) {
    std::string out;
    for (const unsigned char c : text) {
      out += "0123456789abcdef"[c >> 4U];
      out += "0123456789abcdef"[c & 15U];
    }
    return out;
  };
  for (const auto& one : templates) program += "render \"" + hex(one) + "\"\n";
  const RunResult result = ruby(program, {});
  std::vector<std::string> texts;
  for (const std::string& line : split(trim(result.output), '\n')) {
    std::string text;
    for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
      text += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    }
    texts.push_back(std::move(text));
  }
  return texts;
}

struct Made {
  std::string text;  // "=" and the text, or "!"
  std::string errors;
  bool by_ruby = false;
};

/// `force`: a tag that only Ruby understands goes in front, so that it does the work.
Made expand(const std::string& text, bool force) {
  Made made;
  ErbTools tools;
  tools.run_command = [](const std::string& command, const ErbTools::Variables& changes) {
    Interrupts never;
    const auto result =
        run_process(Command{"sh"}, {.environment = changes, .input = command}, never);
    return CommandResult{result.status, result.output, result.error_output};
  };
  tools.run_ruby = [&](const std::string& program, const ErbTools::Variables& changes) {
    made.by_ruby = true;
    const auto result = ruby(program, changes);
    return CommandResult{result.status, result.output, result.error_output};
  };
  erb::ruby::World world(variables, tools);
  Problems problems;
  const auto expanded =
      erb::expand_erb({"t", (force ? "<% Object.new %>" : "") + text}, world, problems);
  for (const Diagnostic& error : problems.errors) made.errors += render(error, Color::off);
  made.text = problems.errors.empty() ? "=" + expanded.text : "!";
  return made;
}

}  // namespace

TEST_CASE("templates come out as Ruby's ERB makes them", "[erb]") {
  if (ruby("exit", {}).status != 0) SKIP("there is no `ruby`");
  const unsigned seed = number_of("ERB_SEED", 1);
  const unsigned count = number_of("ERB_COUNT", 100);
  test::TemplateMaker maker(seed);
  std::vector<std::string> templates;
  for (unsigned i = 0; i < count; ++i) templates.push_back(maker.make());
  const auto wanted = expected(templates);
  REQUIRE(wanted.size() == templates.size());
  unsigned good = 0;
  unsigned by_ruby = 0;
  for (std::size_t i = 0; i < templates.size(); ++i) {
    const Made made = expand(templates[i], false);
    good += wanted[i].starts_with("=") ? 1 : 0;
    by_ruby += made.by_ruby ? 1 : 0;
    INFO("seed " << seed << ", template " << i << ":\n" << templates[i] << "\n" << made.errors);
    CHECK(made.text == wanted[i]);
    if (i % 20 == 0) CHECK(expand(templates[i], true).text == wanted[i]);
  }
  std::cout << "seed " << seed << ": " << templates.size() << " templates, " << good
            << " with a text, " << by_ruby << " of them left to ruby\n";
  CHECK(good > count * 9 / 10);
  CHECK(by_ruby < count / 10);
}

TEST_CASE("what only Ruby knows comes from Ruby, with ENV and the places of errors", "[erb]") {
  if (ruby("exit", {}).status != 0) SKIP("there is no `ruby`");
  const Made made =
      expand("<% require 'json'; ENV['SET'] = 'x' %>\n<%= JSON.parse('[1]') %>", false);
  CHECK(made.text == "=\n[1]");
  CHECK(made.by_ruby);
  const Made failed = expand("a: 1\n<% x = Integer('s3cret') %>\n<%= 'a'.nosuch %>", false);
  CHECK(failed.text == "!");
  CHECK(failed.errors.find(" --> t:2:1\n") != std::string::npos);
}
