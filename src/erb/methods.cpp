#include "erb/methods.h"

#include <fmt/format.h>

#include <algorithm>

#include "erb/method_tables.h"
#include "support/json.h"

namespace liteship::erb::ruby {
namespace {

bool is_blank_value(const Value& value) {
  if (const std::string* text = value.text()) return is_blank_text(*text);
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
  m["to_json"] = [](const Value& self, const List& args) {
    if (!args.empty()) return no_idea();
    if (self.is_nil()) return give(std::string("null"));
    if (self.text() != nullptr) return give(print_json(nlohmann::json(*self.text())));
    const bool as_it_is = self.number() != nullptr || std::holds_alternative<bool>(self.data);
    return as_it_is ? give(to_s(self)) : no_idea();
  };
  m["inspect"] = [](const Value& self, const List&) { return give(inspect(self)); };
  m["dump"] = [](const Value& self, const List&) {
    const auto is_ascii = [](unsigned char c) { return c < 0x80; };
    const std::string* text = self.text();
    if (text == nullptr || !std::all_of(text->begin(), text->end(), is_ascii)) return no_idea();
    return give(inspect(self));  // they differ in what they make of other characters
  };
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

}  // namespace liteship::erb::ruby
