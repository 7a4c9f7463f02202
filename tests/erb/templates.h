#pragma once
// Random templates that Ruby accepts, made of what real configurations use.

#include <random>
#include <string>
#include <vector>

namespace liteship::test {

class TemplateMaker {
 public:
  explicit TemplateMaker(unsigned seed) : random_(seed) {}

  [[nodiscard]] std::string make() {
    std::string out = "<% s = \"v\" %><% l = %w[p q] %>";
    for (int i = 0; i < 8; ++i) out += part(2);
    return out + "\n";
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }
  std::string one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }

  std::string plain() {
    return one_of(
        {"a: ", "\n", "  ", "- x\n", "<%% ", " %%>", "\r\n", "# c", "é", "\n\n", "\t", "-", "%"});
  }

  std::string text(int depth) {
    if (depth == 0) {
      return one_of({"\"x\"", "'y\\n'", "ENV[\"A\"]", "ENV.fetch('NONE', \"d\")", "s", "%q(a(b)c)",
                     "\"\\t\\\"q\\\"\"", "ENV.fetch(\"NONE\") { \"b\" }", "\"\""});
    }
    const std::string a = text(depth - 1);
    switch (below(10)) {
      case 0:
        return "(" + a + " + " + text(depth - 1) + ")";
      case 1:
        return "\"<#{" + a + "}>\"";
      case 2:
        return "(ENV['NONE'] || " + a + ")";
      case 3:
        return "(" + flag(depth - 1) + " ? " + a + " : " + text(depth - 1) + ")";
      case 4:
        return a + "." +
               one_of({"strip", "upcase", "downcase", "chomp", "to_s", "capitalize", "inspect",
                       "dump", "gsub(\"x\", \"zz\")", "sub('a', '')", "tr('_', '-')",
                       "lines.first.to_s", "delete_prefix(\"a\")", "ljust(4)", "split.join('+')",
                       "presence.to_s"});
      case 5:
        return list(depth - 1) +
               one_of({".join(', ')", ".join", ".first.to_s", ".last.to_s", ".inspect"});
      case 6:
        return "`echo " + one_of({"hi", "'a b'", "#{s}", "$((1 + 2))"}) + "`.strip";
      case 7:
        return "(" + number(depth - 1) + ").to_s";
      case 8:
        return "(if " + flag(depth - 1) + " then " + a + " else " + text(depth - 1) + " end)";
      default:
        return "(case " + a + " when \"x\", 'v' then \"1\" else " + text(depth - 1) + " end)";
    }
  }

  std::string flag(int depth) {
    if (depth == 0)
      return one_of({"true", "false", "ENV['A'].nil?", "ENV[\"NONE\"].nil?", "ENV.key?('A')"});
    switch (below(6)) {
      case 0:
        return "(" + text(depth - 1) + one_of({" == ", " != "}) + text(depth - 1) + ")";
      case 1:
        return "!" + flag(depth - 1);
      case 2:
        return "(" + flag(depth - 1) + one_of({" && ", " || ", " and ", " or "}) + flag(depth - 1) +
               ")";
      case 3:
        return text(depth - 1) +
               one_of({".empty?", ".present?", ".blank?", ".start_with?('x')", ".include?(\"a\")"});
      case 4:
        return "(" + number(depth - 1) + one_of({" < ", " >= "}) + number(depth - 1) + ")";
      default:
        return list(depth - 1) + one_of({".any?", ".empty?", ".include?('p')"});
    }
  }

  std::string number(int depth) {
    if (depth == 0) return one_of({"0", "7", "1_000", "-3", "ENV['N'].to_i", "l.size"});
    return "(" + number(depth - 1) + one_of({" + ", " - ", " * "}) + number(depth - 1) + ")" +
           one_of({"", " / 3", " % 5"});
  }

  std::string list(int depth) {
    if (depth == 0) return one_of({"l", "[]", "%w(a b)", "ENV['L'].split(',')", "[1, nil, :c]"});
    switch (below(4)) {
      case 0:
        return "[" + text(depth - 1) + ", " + text(depth - 1) + "]";
      case 1:
        return "ENV['L'].split(\",\")" +
               one_of({".map(&:strip)", ".map { |i| i + \"!\" }", ".reject { |i| i == 'b' }",
                       ".reverse", ".uniq.sort", ".first(2)", ".select(&:present?)"});
      case 2:
        return "(" + list(depth - 1) + " + " + list(depth - 1) + ")";
      default:
        return "(" + text(depth - 1) + ").split('')";
    }
  }

  std::string part(int depth) {
    const std::string end = one_of({" %>", " -%>", "\n%>", "-%>\n"});
    const std::string begin = one_of({"<% ", "<%- ", "  <%- ", "\n  <%- "});
    if (depth == 0) return plain();
    switch (below(9)) {
      case 0:
        return begin + "if " + flag(2) + end + part(depth - 1) + begin + "else" + end + plain() +
               begin + "end" + end;
      case 1:
        return begin + "unless " + flag(1) + end + part(depth - 1) + begin + "end" + end;
      case 2:
        return begin + list(1) + ".each do |x|" + end + plain() + "<%= x %>" + part(depth - 1) +
               begin + "end" + end;
      case 3:
        return begin + "s = " + text(2) + end;
      case 4:
        return "<%# comment " + std::string(below(2), '\n') + end;
      case 5:
        // Without a line end behind it, it would swallow the tags that follow.
        return begin + "# comment" + one_of({" %>\n", " -%>\n", "\n%>"}) + plain();
      case 6:
        return plain() + plain();
      default:
        return "<%= " + one_of({text(3), number(2), list(2), flag(2), text(2) + " if " + flag(1)}) +
               end;
    }
  }

  std::mt19937 random_;
};

}  // namespace liteship::test
