#include "config/ruby_methods.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>
#include <set>

namespace liteship::config::ruby {
namespace {

using Method = std::function<Outcome(const Value& self, const List& args)>;
using Methods = std::map<std::string, Method>;

Outcome nothing() { return {Value{}, {}, {}}; }
Outcome no_idea() { return {}; }

constexpr std::string_view spaces = " \t\n\v\f\r";
const std::string with_null = std::string(spaces) + '\0';

std::string lstrip(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(spaces);
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin));
}
std::string rstrip(std::string_view text) {
  return std::string(text.substr(0, text.find_last_not_of(with_null) + 1));
}

std::string chomp(std::string text) {
  if (text.ends_with("\r\n")) {
    text.resize(text.size() - 2);
  } else if (text.ends_with('\n') || text.ends_with('\r')) {
    text.pop_back();
  }
  return text;
}

std::string mapped(std::string text, int (*change)(int)) {
  std::transform(text.begin(), text.end(), text.begin(), [&](unsigned char c) {
    return c < 0x80 ? static_cast<char>(change(c)) : static_cast<char>(c);
  });
  return text;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

List lines_of(std::string_view text) {
  List lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1);
    lines.push_back({std::string(text.substr(0, end + 1))});
    text.remove_prefix(end + 1);
  }
  return lines;
}

/// `split` without a separator, or with " ": at runs of white space.
List words_of(std::string_view text) {
  List words;
  while (true) {
    const std::size_t begin = text.find_first_not_of(with_null);
    if (begin == std::string_view::npos) return words;
    text.remove_prefix(begin);
    const std::size_t end = std::min(text.find_first_of(with_null), text.size());
    words.push_back({std::string(text.substr(0, end))});
    text.remove_prefix(end);
  }
}

Outcome split_text(const std::string& text, const List& args) {
  if (args.empty() || args[0].is_nil()) return give(words_of(text));
  if (args[0].text() == nullptr) return no_idea();
  const std::string& separator = *args[0].text();
  const std::int64_t* limit = args.size() > 1 ? args[1].number() : nullptr;
  if (args.size() > 2 || (args.size() == 2 && limit == nullptr)) return no_idea();
  if (separator == " ") return limit == nullptr ? give(words_of(text)) : no_idea();
  List pieces;
  std::string_view rest = text;
  if (separator.empty()) {
    if (!is_ascii(text) || limit != nullptr) return no_idea();
    for (const char c : text) pieces.push_back({std::string(1, c)});
    return give(std::move(pieces));
  }
  const bool bounded = limit != nullptr && *limit > 0;
  while (!bounded || static_cast<std::int64_t>(pieces.size()) + 1 < *limit) {
    const std::size_t at = rest.find(separator);
    if (at == std::string_view::npos) break;
    pieces.push_back({std::string(rest.substr(0, at))});
    rest.remove_prefix(at + separator.size());
  }
  pieces.push_back({std::string(rest)});
  // Empty pieces at the end go, unless a limit asks for them.
  while (limit == nullptr && !pieces.empty() && pieces.back().text()->empty()) pieces.pop_back();
  if (text.empty()) pieces.clear();
  return give(std::move(pieces));
}

/// The number at the begin of the text, 0 without one.
std::int64_t leading_number(const std::string& text) {
  std::string digits;
  const std::string rest = lstrip(text);
  for (std::size_t i = 0; i < rest.size() && digits.size() < 18; ++i) {
    const bool digit = std::isdigit(static_cast<unsigned char>(rest[i])) != 0;
    const bool between = rest[i] == '_' && !digits.empty() && rest[i - 1] != '_';
    if (digit || (i == 0 && (rest[i] == '-' || rest[i] == '+'))) {
      if (rest[i] != '+') digits += rest[i];
    } else if (!between) {
      break;
    }
  }
  return parse_integer(digits).value_or(0);
}

/// `text[…]`, `slice`: an index, a begin and a length, or a text that is looked for.
Outcome part_of_text(const std::string& text, const List& args) {
  if (args.size() == 1 && args[0].text() != nullptr) {
    return text.find(*args[0].text()) == std::string::npos ? nothing() : give(*args[0].text());
  }
  if (args.empty() || args[0].number() == nullptr || !is_ascii(text)) return no_idea();
  const std::int64_t* length = args.size() == 2 ? args[1].number() : nullptr;
  if (args.size() > 2 || (args.size() == 2 && length == nullptr)) return no_idea();
  const auto size = static_cast<std::int64_t>(text.size());
  std::int64_t begin = *args[0].number();
  if (begin < 0) begin += size;
  if (begin < 0 || begin > size || (length == nullptr && begin == size)) return nothing();
  if (length != nullptr && *length < 0) return nothing();
  const std::int64_t count = std::min(length == nullptr ? 1 : *length, size - begin);
  return give(text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)));
}

Outcome replace_text(const std::string& text, const List& args, bool everywhere) {
  if (args.size() != 2 || args[0].text() == nullptr || args[1].text() == nullptr) return no_idea();
  const std::string& from = *args[0].text();
  const std::string& to = *args[1].text();
  if (from.empty() || to.find('\\') != std::string::npos) return no_idea();
  if (everywhere) {
    if (text.size() / from.size() * to.size() > max_text) return raise("the text gets too long");
    return give(replace_all(text, from, to));
  }
  std::string out = text;
  if (const std::size_t at = out.find(from); at != std::string::npos) {
    out.replace(at, from.size(), to);
  }
  return give(std::move(out));
}

/// `tr("._", "-")`: plain characters only.
Outcome translate(const std::string& text, const List& args) {
  if (args.size() != 2 || args[0].text() == nullptr || args[1].text() == nullptr) return no_idea();
  const std::string& from = *args[0].text();
  const std::string& to = *args[1].text();
  const bool plain = is_ascii(from) && is_ascii(to) && !from.empty() &&
                     from.find_first_of("^\\") == std::string::npos && to.find('\\') == to.npos &&
                     from.find('-', 1) >= from.size() - 1 &&
                     (to.size() < 3 || to.find('-', 1) >= to.size() - 1);
  if (!plain) return no_idea();
  std::string out;
  for (const char c : text) {
    const std::size_t at = from.find(c);
    if (at == std::string::npos) {
      out += c;
    } else if (!to.empty()) {
      out += to[std::min(at, to.size() - 1)];
    }
  }
  return give(std::move(out));
}

Outcome pad(const std::string& text, const List& args, bool left) {
  const std::int64_t* width = args.empty() ? nullptr : args[0].number();
  const std::string fill = args.size() == 2 && args[1].text() != nullptr ? *args[1].text() : " ";
  if (width == nullptr || fill.size() != 1 || args.size() > 2 || !is_ascii(text)) return no_idea();
  if (*width > static_cast<std::int64_t>(max_text)) return raise("the text gets too long");
  const auto size = static_cast<std::int64_t>(text.size());
  const std::string space(static_cast<std::size_t>(std::max<std::int64_t>(0, *width - size)),
                          fill[0]);
  return give(left ? space + text : text + space);
}

Outcome times(const std::string& text, const List& args) {
  const std::int64_t* count = args.size() == 1 ? args[0].number() : nullptr;
  if (count == nullptr) return raise("a String can only be multiplied by an Integer");
  if (*count < 0) return raise("a String cannot be multiplied by a negative number");
  if (!text.empty() && *count > static_cast<std::int64_t>(max_text / text.size())) {
    return raise("the text gets too long");
  }
  std::string out;
  for (std::int64_t i = 0; i < *count; ++i) out += text;
  return give(std::move(out));
}

/// A method of texts that takes one text.
Method with_text(std::function<Value(const std::string&, const std::string&)> method) {
  return [method = std::move(method)](const Value& self, const List& args) -> Outcome {
    if (args.size() != 1) return no_idea();
    if (args[0].text() == nullptr) {
      return raise("a String was expected, not " + class_name(args[0]));
    }
    return {method(*self.text(), *args[0].text()), {}, {}};
  };
}

/// A method of texts without arguments.
Method plain(std::function<Value(const std::string&)> method) {
  return [method = std::move(method)](const Value& self, const List& args) -> Outcome {
    return args.empty() ? Outcome{method(*self.text()), {}, {}} : no_idea();
  };
}

bool has_affix(const std::string& text, const List& args, bool front) {
  return std::any_of(args.begin(), args.end(), [&](const Value& affix) {
    if (affix.text() == nullptr) return false;
    return front ? text.starts_with(*affix.text()) : text.ends_with(*affix.text());
  });
}

Methods make_text_methods() {
  Methods m;
  m["strip"] = plain([](const auto& text) { return Value{rstrip(lstrip(text))}; });
  m["lstrip"] = plain([](const auto& text) { return Value{lstrip(text)}; });
  m["rstrip"] = plain([](const auto& text) { return Value{rstrip(text)}; });
  m["squish"] = plain([](const auto& text) {
    std::vector<std::string> words;
    for (const Value& word : words_of(text)) words.push_back(*word.text());
    return Value{join(words, " ")};
  });
  m["chomp"] = [](const Value& self, const List& args) {
    if (args.empty()) return give(chomp(*self.text()));
    if (args.size() != 1 || args[0].text() == nullptr || args[0].text()->empty()) return no_idea();
    if (*args[0].text() == "\n") return give(chomp(*self.text()));
    std::string text = *self.text();
    if (text.ends_with(*args[0].text())) text.resize(text.size() - args[0].text()->size());
    return give(std::move(text));
  };
  m["upcase"] = plain([](const auto& text) { return Value{mapped(text, std::toupper)}; });
  m["downcase"] = plain([](const auto& text) { return Value{mapped(text, std::tolower)}; });
  m["capitalize"] = plain([](const auto& text) {
    std::string out = mapped(text, std::tolower);
    if (!out.empty()) out.replace(0, 1, mapped(out.substr(0, 1), std::toupper));
    return Value{out};
  });
  m["reverse"] = [](const Value& self, const List&) {
    const std::string& text = *self.text();
    return is_ascii(text) ? give(std::string(text.rbegin(), text.rend())) : no_idea();
  };
  m["lines"] = plain([](const auto& text) { return Value{lines_of(text)}; });
  m["split"] = [](const Value& self, const List& args) { return split_text(*self.text(), args); };
  m["to_i"] = plain([](const auto& text) { return Value{leading_number(text)}; });
  m["to_sym"] = plain([](const auto& text) { return Value{Symbol{text}}; });
  m["to_str"] = plain([](const auto& text) { return Value{text}; });
  m["length"] = [](const Value& self, const List&) {
    return is_ascii(*self.text()) ? give(static_cast<std::int64_t>(self.text()->size()))
                                  : no_idea();
  };
  m["size"] = m["length"];
  m["empty?"] = plain([](const auto& text) { return Value{text.empty()}; });
  m["first"] = [](const Value& self, const List& args) {
    List both = {Value{std::int64_t{0}}, args.empty() ? Value{std::int64_t{1}} : args[0]};
    return part_of_text(*self.text(), both);
  };
  m["[]"] = [](const Value& self, const List& args) { return part_of_text(*self.text(), args); };
  m["slice"] = m["[]"];
  m["gsub"] = [](const Value& self, const List& args) {
    return replace_text(*self.text(), args, true);
  };
  m["sub"] = [](const Value& self, const List& args) {
    return replace_text(*self.text(), args, false);
  };
  m["tr"] = [](const Value& self, const List& args) { return translate(*self.text(), args); };
  m["ljust"] = [](const Value& self, const List& args) { return pad(*self.text(), args, false); };
  m["rjust"] = [](const Value& self, const List& args) { return pad(*self.text(), args, true); };
  m["*"] = [](const Value& self, const List& args) { return times(*self.text(), args); };
  m["start_with?"] = [](const Value& self, const List& args) {
    return give(has_affix(*self.text(), args, true));
  };
  m["end_with?"] = [](const Value& self, const List& args) {
    return give(has_affix(*self.text(), args, false));
  };
  m["+"] = with_text([](const auto& text, const auto& more) { return Value{text + more}; });
  m["include?"] = with_text([](const auto& text, const auto& part) {
    return Value{text.find(part) != std::string::npos};
  });
  m["delete_prefix"] = with_text([](const auto& text, const auto& prefix) {
    return Value{text.starts_with(prefix) ? text.substr(prefix.size()) : text};
  });
  m["delete_suffix"] = with_text([](const auto& text, const auto& suffix) {
    return Value{text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text};
  });
  m["casecmp?"] = with_text([](const auto& text, const auto& other) {
    return Value{mapped(text, std::tolower) == mapped(other, std::tolower)};
  });
  m["<"] = with_text([](const auto& text, const auto& other) { return Value{text < other}; });
  m[">"] = with_text([](const auto& text, const auto& other) { return Value{text > other}; });
  m["<="] = with_text([](const auto& text, const auto& other) { return Value{text <= other}; });
  m[">="] = with_text([](const auto& text, const auto& other) { return Value{text >= other}; });
  return m;
}

Outcome join_list(const List& list, const List& args) {
  if (args.size() > 1 || (args.size() == 1 && args[0].text() == nullptr)) return no_idea();
  std::vector<std::string> pieces;
  for (const Value& item : list) {
    if (item.list() != nullptr) return no_idea();
    pieces.push_back(to_s(item));
  }
  return give(join(pieces, args.empty() ? "" : *args[0].text()));
}

/// The first or last one, or so many of them.
Outcome edge_of(const List& list, const List& args, bool front) {
  if (args.empty())
    return list.empty() ? nothing() : Outcome{front ? list.front() : list.back(), {}, {}};
  const std::int64_t* count = args[0].number();
  if (count == nullptr || args.size() > 1) return no_idea();
  if (*count < 0) return raise("a negative count");
  const auto size = static_cast<std::int64_t>(list.size());
  const auto keep = static_cast<std::ptrdiff_t>(std::min(*count, size));
  return give(front ? List(list.begin(), list.begin() + keep)
                    : List(list.end() - keep, list.end()));
}

Outcome part_of_list(const List& list, const List& args) {
  const std::int64_t* index = args.size() == 1 ? args[0].number() : nullptr;
  if (index == nullptr) return no_idea();
  const auto size = static_cast<std::int64_t>(list.size());
  const std::int64_t at = *index < 0 ? *index + size : *index;
  if (at < 0 || at >= size) return nothing();
  return {list[static_cast<std::size_t>(at)], {}, {}};
}

bool contains(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

List unique(const List& list) {
  List out;
  for (const Value& item : list) {
    if (!contains(out, item)) out.push_back(item);
  }
  return out;
}

Outcome sorted(List list) {
  const bool texts = std::all_of(list.begin(), list.end(),
                                 [](const Value& item) { return item.text() != nullptr; });
  const bool numbers = std::all_of(list.begin(), list.end(),
                                   [](const Value& item) { return item.number() != nullptr; });
  if (!texts && !numbers) return no_idea();
  std::sort(list.begin(), list.end(), [&](const Value& a, const Value& b) {
    return texts ? *a.text() < *b.text() : *a.number() < *b.number();
  });
  return give(std::move(list));
}

Methods make_list_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(*self.list(), args);
    };
  };
  m["first"] = on([](const List& list, const List& args) { return edge_of(list, args, true); });
  m["last"] = on([](const List& list, const List& args) { return edge_of(list, args, false); });
  m["[]"] = on(part_of_list);
  m["join"] = on(join_list);
  m["to_a"] = on([](const List& list, const List&) { return give(list); });
  m["size"] = on([](const List& list, const List& args) {
    return args.empty() ? give(static_cast<std::int64_t>(list.size())) : no_idea();
  });
  m["length"] = m["size"];
  m["count"] = m["size"];
  m["empty?"] = on([](const List& list, const List&) { return give(list.empty()); });
  m["any?"] = on([](const List& list, const List& args) {
    if (!args.empty()) return no_idea();
    return give(std::any_of(list.begin(), list.end(), [](const Value& v) { return v.truthy(); }));
  });
  m["include?"] = on([](const List& list, const List& args) {
    return args.size() == 1 ? give(contains(list, args[0])) : no_idea();
  });
  m["reverse"] =
      on([](const List& list, const List&) { return give(List(list.rbegin(), list.rend())); });
  m["uniq"] = on([](const List& list, const List&) { return give(unique(list)); });
  m["sort"] = on([](const List& list, const List&) { return sorted(list); });
  m["compact"] = on([](List list, const List&) {
    std::erase_if(list, [](const Value& item) { return item.is_nil(); });
    return give(std::move(list));
  });
  m["+"] = on([](List list, const List& args) {
    if (args.size() != 1 || args[0].list() == nullptr) return raise("an Array was expected");
    list.insert(list.end(), args[0].list()->begin(), args[0].list()->end());
    return give(std::move(list));
  });
  m["-"] = on([](List list, const List& args) {
    if (args.size() != 1 || args[0].list() == nullptr) return raise("an Array was expected");
    std::erase_if(list, [&](const Value& item) { return contains(*args[0].list(), item); });
    return give(std::move(list));
  });
  return m;
}

Methods make_table_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(*self.table(), args);
    };
  };
  const auto find = [](const Table& table, const List& args) -> const Value* {
    for (const auto& [key, value] : table) {
      if (args.size() >= 1 && key == args[0]) return &value;
    }
    return nullptr;
  };
  m["[]"] = on([find](const Table& table, const List& args) {
    const Value* found = find(table, args);
    return found == nullptr ? nothing() : Outcome{*found, {}, {}};
  });
  m["fetch"] = on([find](const Table& table, const List& args) {
    if (const Value* found = find(table, args)) return Outcome{*found, {}, {}};
    return args.size() == 2 ? Outcome{args[1], {}, {}} : raise("the Hash has no such key");
  });
  m["key?"] = on(
      [find](const Table& table, const List& args) { return give(find(table, args) != nullptr); });
  m["has_key?"] = m["include?"] = m["key?"];
  m["keys"] = on([](const Table& table, const List&) {
    List keys;
    for (const auto& [key, value] : table) keys.push_back(key);
    return give(std::move(keys));
  });
  m["values"] = on([](const Table& table, const List&) {
    List values;
    for (const auto& [key, value] : table) values.push_back(value);
    return give(std::move(values));
  });
  m["to_h"] = on([](const Table& table, const List&) { return give(table); });
  m["empty?"] = on([](const Table& table, const List&) { return give(table.empty()); });
  m["size"] = m["length"] = on([](const Table& table, const List&) {
    return give(static_cast<std::int64_t>(table.size()));
  });
  return m;
}

/// Ruby rounds towards the lower number.
Outcome divide(std::int64_t a, std::int64_t b, bool remainder) {
  if (b == 0) return raise("divided by 0");
  const std::int64_t quotient = a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
  return give(remainder ? a - quotient * b : quotient);
}

Outcome calculate(std::int64_t a, const std::string& sign, const Value& right) {
  const std::int64_t* number = right.number();
  if (number == nullptr) return raise("an Integer was expected, not " + class_name(right));
  const std::int64_t b = *number;
  std::int64_t result = 0;
  if (sign == "<") return give(a < b);
  if (sign == ">") return give(a > b);
  if (sign == "<=") return give(a <= b);
  if (sign == ">=") return give(a >= b);
  if (sign == "/" || sign == "%") {
    if (b == -1) return sign == "%" ? give(std::int64_t{0}) : calculate(0, "-", Value{a});
    return divide(a, b, sign == "%");
  }
  const bool overflow = sign == "+"   ? __builtin_add_overflow(a, b, &result)
                        : sign == "-" ? __builtin_sub_overflow(a, b, &result)
                                      : __builtin_mul_overflow(a, b, &result);
  return overflow ? no_idea() : give(result);
}

Methods make_number_methods() {
  Methods m;
  for (const std::string sign : {"+", "-", "*", "/", "%", "<", ">", "<=", ">="}) {
    m[sign] = [sign](const Value& self, const List& args) {
      return args.size() == 1 ? calculate(*self.number(), sign, args[0]) : no_idea();
    };
  }
  m["to_i"] = [](const Value& self, const List&) { return give(*self.number()); };
  m["zero?"] = [](const Value& self, const List&) { return give(*self.number() == 0); };
  m["positive?"] = [](const Value& self, const List&) { return give(*self.number() > 0); };
  m["even?"] = [](const Value& self, const List&) { return give(*self.number() % 2 == 0); };
  m["odd?"] = [](const Value& self, const List&) { return give(*self.number() % 2 != 0); };
  return m;
}

Methods make_time_methods() {
  Methods m;
  const auto on = [](auto method) {
    return [method](const Value& self, const List& args) -> Outcome {
      return method(std::get<WallClock>(self.data), args);
    };
  };
  m["to_i"] = on([](const WallClock& time, const List&) { return give(time.seconds); });
  m["utc"] = on([](const WallClock& time, const List&) { return give(WallClock{time.seconds}); });
  m["getutc"] = m["gmtime"] = m["utc"];
  m["strftime"] = on([](const WallClock& time, const List& args) {
    if (args.size() != 1 || args[0].text() == nullptr || args[0].text()->size() > 1000) {
      return no_idea();
    }
    auto text = strftime(time, *args[0].text());
    return text ? give(std::move(*text)) : no_idea();
  });
  m["iso8601"] = on([](const WallClock& time, const List& args) {
    if (!args.empty()) return no_idea();
    return give(
        *strftime(time, time.zone == "UTC" ? "%Y-%m-%dT%H:%M:%SZ" : "%Y-%m-%dT%H:%M:%S%:z"));
  });
  m["xmlschema"] = m["iso8601"];
  for (const auto& [name, format] : std::map<std::string, std::string_view>{{"year", "%Y"},
                                                                            {"month", "%m"},
                                                                            {"day", "%d"},
                                                                            {"hour", "%H"},
                                                                            {"min", "%M"},
                                                                            {"sec", "%S"}}) {
    m[name] = on([format = format](const WallClock& time, const List&) {
      return give(parse_integer(*strftime(time, format)).value_or(0));
    });
  }
  for (const bool add : {true, false}) {
    m[add ? "+" : "-"] = on([add](const WallClock& time, const List& args) {
      const std::int64_t* seconds = args.size() == 1 ? args[0].number() : nullptr;
      if (seconds == nullptr || std::abs(*seconds) > 1'000'000'000'000) return no_idea();
      WallClock moved = time;
      moved.seconds += add ? *seconds : -*seconds;
      return give(moved);
    });
  }
  return m;
}

bool is_blank_value(const Value& value) {
  if (const std::string* text = value.text()) return rstrip(lstrip(*text)).empty();
  if (value.list() != nullptr) return value.list()->empty();
  if (value.table() != nullptr) return value.table()->empty();
  return !value.truthy();
}

/// What everything has, with ActiveSupport's `present?`, which Kamal loads.
Methods make_common_methods() {
  Methods m;
  m["to_s"] = [](const Value& self, const List& args) {
    return args.empty() ? give(to_s(self)) : no_idea();
  };
  m["inspect"] = [](const Value& self, const List&) { return give(inspect(self)); };
  m["nil?"] = [](const Value& self, const List&) { return give(self.is_nil()); };
  m["blank?"] = [](const Value& self, const List&) { return give(is_blank_value(self)); };
  m["present?"] = [](const Value& self, const List&) { return give(!is_blank_value(self)); };
  m["presence"] = [](const Value& self, const List&) {
    return is_blank_value(self) ? nothing() : Outcome{self, {}, {}};
  };
  m["freeze"] = [](const Value& self, const List&) { return Outcome{self, {}, {}}; };
  m["dup"] = m["itself"] = m["freeze"];
  m["=="] = [](const Value& self, const List& args) {
    return args.size() == 1 ? give(self == args[0]) : no_idea();
  };
  m["==="] = m["eql?"] = m["=="];
  return m;
}

Methods make_nil_methods() {
  Methods m;
  m["to_a"] = [](const Value&, const List&) { return give(List{}); };
  m["to_i"] = [](const Value&, const List&) { return give(std::int64_t{0}); };
  return m;
}

const Methods& common_methods() {
  static const Methods methods = make_common_methods();
  return methods;
}

/// By the place in Value's variant: nil, boolean, Integer, String, Symbol, Array, Hash, Time.
const std::vector<Methods>& methods_by_kind() {
  static const std::vector<Methods> methods = {make_nil_methods(),
                                               {},
                                               make_number_methods(),
                                               make_text_methods(),
                                               {},
                                               make_list_methods(),
                                               make_table_methods(),
                                               make_time_methods()};
  return methods;
}

}  // namespace

bool is_known_method(const std::string& name) {
  const auto& all = methods_by_kind();
  return common_methods().contains(name) ||
         std::any_of(all.begin(), all.end(), [&](const Methods& m) { return m.contains(name); });
}

Outcome call_method(const Value& self, const std::string& name, const List& args) {
  const Methods& own = methods_by_kind().at(self.data.index());
  if (const auto found = own.find(name); found != own.end()) return found->second(self, args);
  const auto found = common_methods().find(name);
  if (found != common_methods().end()) return found->second(self, args);
  const bool elsewhere = self.is_nil() && is_known_method(name);
  return elsewhere ? raise(fmt::format("nil has no `{}`", name)) : no_idea();
}

}  // namespace liteship::config::ruby
