#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

#include "unit/config/help.h"

using namespace liteship;
using namespace liteship::test;

namespace {

/// A machine that knows a few commands and files, and no Ruby.
ConfigInput erb_input(std::string text) {
  ConfigInput input = input_of(std::move(text));
  input.environment = {{"HOST", "192.0.2.10"}, {"EMPTY", ""}, {"LIST", "a, b,c"}};
  input.erb.run_command = [](const std::string& command, const ErbTools::Variables&) {
    if (command == "false") return CommandResult{1, "", ""};
    if (command == "nosuch -x") return CommandResult{127, "", ""};
    return CommandResult{0, "<" + command + ">\n", ""};
  };
  input.erb.read_file = [](const std::string& path) -> std::optional<std::string> {
    if (path == ".env") return "HOST=ignored\nTOKEN=s3cret\n";
    return path == "VERSION" ? std::optional<std::string>("1.2\n") : std::nullopt;
  };
  input.erb.exists = [](const std::string& path) { return path == "VERSION"; };
  input.erb.now = [] { return WallClock{1'700'000'000, 3600, "CET"}; };
  input.erb.directory = "/project";
  return input;
}

/// The label `x` of a file whose line 3 holds `template`.
std::string label(const std::string& value) {
  const Config config = parse_config(erb_input(minimal + "labels:\n  x: '" + value + "'\n"));
  return config.labels.at("x");
}

}  // namespace

TEST_CASE("ERB writes what Ruby would write", "[config][erb]") {
  struct Row {
    std::string code;
    std::string value;
  };
  const auto row = GENERATE(values<Row>({
      {R"(<%= ENV["HOST"] %>)", "192.0.2.10"},
      {R"(<%= ENV["NONE"] %>)", ""},
      {R"(<%= ENV.fetch("NONE", "d") %>/<%= ENV.fetch("NONE") { "b" } %>)", "d/b"},
      {R"(<%= ENV["NONE"] || ENV["HOST"] %>)", "192.0.2.10"},
      {R"(<%= "#{ENV["HOST"]}:#{80 + 1}" %>)", "192.0.2.10:81"},
      {R"(<%= ENV["LIST"].split(",").map(&:strip) %>)", R"(["a", "b", "c"])"},
      {R"(<%= ENV["LIST"].split(/,/) rescue 1 %>)", "needs Ruby"},
      {R"(<%= ENV.fetch("NONE") rescue "r" %>)", "r"},
      {R"(<% x = ENV.fetch("NONE") rescue "r" %><%= x %>)", "r"},
      {R"(<% begin; require "dotenv"; x = 1; rescue LoadError; x = 2; end %><%= x %>)", "1"},
      {R"(<% begin %><%= File.read("none") %><% rescue %>r<% end %>)", "r"},
      {R"(<% begin; x = 3; end %><%= x %>)", "3"},
      {R"(<%= ENV["LIST"].to_json %> <%= [ENV["NONE"].to_json, 1.to_json].join %>)",
       R"("a, b,c" null1)"},
      {R"(<%= ENV["EMPTY"].presence || "p" %>)", "p"},
      {R"(<%= ENV["EMPTY"].to_s.strip.present? ? 1 : 2 %>)", "2"},
      {R"(<%= `cat x`.strip %> <%= %x(a "b").lines.first.chomp %>)", R"(<cat x> <a "b">)"},
      {R"(<%= %x[#{ENV["HOST"]} (y)].chomp %>)", "<192.0.2.10 (y)>"},
      {R"(<%= File.read("VERSION").strip %> <%= File.exist?("none") %>)", "1.2 false"},
      {R"(<%= Time.now.to_i %> <%= Time.now.strftime("%Y-%m-%dT%H:%M:%S%z") %>)",
       "1700000000 2023-11-14T23:13:20+0100"},
      {R"(<%= Time.now.utc.iso8601 %> <%= Dir.pwd %>)", "2023-11-14T22:13:20Z /project"},
      {R"(<% x = ENV["NONE"] || "v" %><%= x + "1" if x == "v" %>)", "v1"},
      {R"(<% if !ENV["NONE"] && ENV["HOST"] %>yes<% elsif true %>no<% end %>)", "yes"},
      {R"(<% %w[a b].each do |h| %><%= h %>,<% end %>)", "a,b,"},
      {R"(<%= { "p" => 1, q: 2 }["p"] %> <%= [1, [nil, :s]] %>)", "1 [1, [nil, :s]]"},
      {R"(a <%% b %%> <%# c %>d)", "a <% b %%> d"},
      {R"(<% case ENV["HOST"] when "x" then y = 1 else y = 2 end %><%= y %>)", "2"},
  }));
  INFO(row.code);
  // Single quotes would end the YAML text.
  if (row.value == "needs Ruby") {
    const auto errors = errors_of(erb_input(minimal + "labels:\n  x: " + row.code + "\n"));
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].message == "`" + row.code + "` needs Ruby, which is not installed here");
  } else {
    CHECK(label(row.code) == row.value);
  }
}

TEST_CASE("trim mode takes blanks and line ends with the tag", "[config][erb]") {
  const Config config =
      parse_config(erb_input("service: notes\n"
                             "servers:\n"
                             "  <%- ENV['LIST'].split(',').first(1).each do |h| -%>\n"
                             "  - <%= ENV['HOST'] %>\n"
                             "  <%- end -%>\n"
                             "<% unless ENV['NONE'] -%>\n"
                             "retain_containers: 3\n"
                             "<% else -%>\n"
                             "retain_containers: 4\n"
                             "<% end -%>\n"));
  CHECK(config.host == "192.0.2.10");
  CHECK(config.retain_containers == 3);
}

TEST_CASE("every problem in ERB is told at its place in one run", "[config][erb]") {
  const auto errors =
      errors_of(erb_input("service: <%= ENV.fetch('APP') %>\n"
                          "# <%= RUBY_ENGINE %> is of no use in a comment\n"
                          "<% if ENV['NONE'].strip == 'x' %>\n"
                          "image: a\n"
                          "<% end %>\n"
                          "servers: <%= raise 'set SERVERS' unless ENV['SERVERS'] %>\n"
                          "volumes: <%= %x(nosuch -x) %>\n"));
  CHECK(shown(errors) ==
        "error: the variable `APP` is not set\n"
        "  --> deploy.yml:1:14\n"
        "   |\n"
        " 1 | service: <%= ENV.fetch('APP') %>\n"
        "   |              ^^^^^^^^^^^^^^^^\n"
        "  help: set it, or give a default: `ENV.fetch(\"APP\", \"default\")`\n"
        "error: the variable `NONE` is not set, and nil has no `strip`\n"
        "  --> deploy.yml:3:7\n"
        "   |\n"
        " 3 | <% if ENV['NONE'].strip == 'x' %>\n"
        "   |       ^^^^^^^^^^^^^^^^^\n"
        "  help: set it, or write a default: `(ENV[…] || \"default\")`\n"
        "error: set SERVERS\n"
        "  --> deploy.yml:6:14\n"
        "   |\n"
        " 6 | servers: <%= raise 'set SERVERS' unless ENV['SERVERS'] %>\n"
        "   |              ^^^^^^^^^^^^^^^^^^^\n"
        "error: there is no program `nosuch`\n"
        "  --> deploy.yml:7:14\n"
        "   |\n"
        " 7 | volumes: <%= %x(nosuch -x) %>\n"
        "   |              ^^^^^^^^^^^^^\n");
}

TEST_CASE("what only Ruby understands is named where there is no Ruby", "[config][erb]") {
  const auto errors =
      errors_of(erb_input("<% require 'yaml'\n"
                          "   x = YAML.load_file('a') %>\n"
                          "service: <%= x.dig('a') %>\n"
                          "image: <%= ENV['A'].gsub(/x/, 'y') %>\n"
                          "servers: <%= Rails.root %>\n"));
  CHECK(messages(errors) ==
        "`x = YAML.load_file('a') %>` needs Ruby, which is not installed here\n"
        "`<%= x.dig('a') %>` needs Ruby, which is not installed here\n"
        "`<%= ENV['A'].gsub(/x/, 'y') %>` needs Ruby, which is not installed here\n"
        "`<%= Rails.root %>` needs Ruby, which is not installed here\n");
  REQUIRE(errors.size() == 4);
  CHECK(errors[0].reason == "not understood: `YAML`");
  CHECK(errors[2].reason == "not understood: a regular expression");
  CHECK(errors[3].where->line == 5);
}

TEST_CASE("places of later errors are those of the file as written", "[config][erb]") {
  const auto errors =
      errors_of(erb_input("<% x = 1 %>\n"
                          "service: notes\n"
                          "servers: [\"<%= ENV['HOST'] %>\"]\n"
                          "<%- 2.times do |i| -%>\n"
                          "<%- end -%>\n"
                          "labels: {a: \"<%= %x(cat secret) %>\", role: <%= `x` %>}\n"
                          "sevrice: <%= x %>\n"
                          "retain_containers: <%= 'many' + %x(token).strip %>\n"));
  CHECK(shown(errors) ==
        "error: the label `role` is reserved\n"
        "  --> deploy.yml:6:38\n"
        "   |\n"
        " 6 | labels: {a: \"<%= %x(cat secret) %>\", role: <%= `x` %>}\n"
        "   |                                      ^^^^\n"
        "  help: choose another name\n"
        "error: unknown key `sevrice`\n"
        "  --> deploy.yml:7:1\n"
        "   |\n"
        " 7 | sevrice: <%= x %>\n"
        "   | ^^^^^^^\n"
        "  help: did you mean `service`? run `deploy docs configuration` for every key\n"
        "error: `retain_containers` must be a whole number, not `many[command output]`\n"
        "  --> deploy.yml:8:20\n"
        "   |\n"
        " 8 | retain_containers: <%= 'many' + %x(token).strip %>\n"
        "   |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  help: run `deploy docs configuration`\n");
}

TEST_CASE("a command that failed is mentioned when something is wrong", "[config][erb]") {
  CHECK(messages(errors_of(erb_input(minimal + "labels: {a: \"<%= %x(false) %>\"}\n"))).empty());
  const auto errors = errors_of(erb_input("service: notes\nservers:\n  - <%= %x(false) %>\n"));
  REQUIRE(errors.size() >= 2);
  CHECK(messages(errors).find("this command ended with exit status 1\n") != std::string::npos);
}

TEST_CASE("Dotenv.load fills ENV for the files, commands and secrets", "[config][erb]") {
  ConfigInput input = erb_input("<% require \"dotenv\"; Dotenv.load(\".env\", \"none\") %>\n" +
                                minimal + "labels: {t: \"<%= ENV['TOKEN'] %>\"}\n");
  input.overlay = SourceText{"deploy.staging.yml",
                             "servers: [\"<%= ENV['HOST'] %>\"]\n"
                             "labels: {d: \"<%= ENV['KAMAL_DESTINATION'] + ENV['TOKEN'] %>\"}\n"};
  input.destination = "staging";
  const Config config = parse_config(input);
  CHECK(config.labels.at("t") == "s3cret");
  CHECK(config.labels.at("d") == "stagings3cret");
  CHECK(config.host == "192.0.2.10");
  CHECK(config.exported.at("TOKEN") == Secret("s3cret"));
  CHECK_FALSE(config.exported.contains("HOST"));
}

TEST_CASE("a tag that never ends is an error", "[config][erb]") {
  CHECK(messages(errors_of(erb_input(minimal + "# <% if x\n"))) ==
        "this ERB tag is never closed\n");
}

TEST_CASE("no template exhausts stack, memory or time", "[config][erb]") {
  const auto row = GENERATE_COPY(values<std::string>({
      std::string(20'000, '('),
      std::string(20'000, '['),
      std::string(20'000, '!') + "1",
      "1" + replace_all(std::string(20'000, 'x'), "x", "+1"),
      replace_all(std::string(5'000, 'x'), "x", "\"#{"),
      replace_all(std::string(5'000, 'x'), "x", "if 1\n"),
      replace_all(std::string(5'000, 'x'), "x", "a { "),
      "x = \"ab\"; 9999.times { x = x + x }",
      "x = []; 9999.times { x = [x] }",
      "9999.times { 9999.times { 9999.times { 1 } } }",
      "\"a\" * 999999999999",
      "\"a\".ljust(999999999999)",
  }));
  INFO(row.substr(0, 60));
  CHECK_FALSE(errors_of(erb_input(minimal + "a: <%= " + row + " %>\n")).empty());
}
