// Methods of String.

#include <algorithm>
#include <cctype>

#include "erb/method_tables.h"

namespace liteship::erb::ruby {
namespace {

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

}  // namespace

bool is_blank_text(const std::string& text) { return rstrip(lstrip(text)).empty(); }

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

}  // namespace liteship::erb::ruby
