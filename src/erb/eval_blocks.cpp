// Calls with a block, and those that change a value in its place.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "erb/interpreter.h"

namespace liteship::erb::ruby {
namespace {

constexpr std::array block_methods = {
    "each",   "each_with_index", "map",   "collect", "flat_map", "select",
    "filter", "reject",          "find",  "detect",  "times",    "any?",
    "all?",   "none?",           "fetch", "tap",     "then",     "filter_map"};

}  // namespace

bool is_block_method(const std::string& name) {
  return std::find(block_methods.begin(), block_methods.end(), name) != block_methods.end();
}

/// `list << item`, `text << more`: a variable is changed in place.
Value Interpreter::eval_append(const Expression& call, const Value& self, const List& args) {
  Value whole = self;
  auto* list = std::get_if<List>(&whole.data);
  auto* text = std::get_if<std::string>(&whole.data);
  if (list != nullptr) {
    list->push_back(args.at(0));
  } else if (text != nullptr && args.at(0).text() != nullptr) {
    *text += *args[0].text();
  } else {
    return unsupported(call, "`<<` with these values");
  }
  const Expression* changed = &call.kids[0];
  while (changed->kind == Kind::call && changed->text == "<<") changed = &changed->kids[0];
  if (changed->kind == Kind::variable) variables_[changed->text] = whole;
  return whole;
}

/// The block's value for these arguments; an Array is spread over several parameters.
Value Interpreter::eval_block(const Expression& call, List args) {
  const std::vector<std::string>& names = call.block->parameters;
  if (args.size() == 1 && names.size() > 1 && args[0].list() != nullptr) {
    const List spread = *args[0].list();
    args = spread;
  } else if (args.size() == 2 && names.size() > 2 && args[0].list() != nullptr) {
    List spread = *args[0].list();  // |(key, value), index|
    spread.push_back(args[1]);
    args = spread;
  }
  std::map<std::string, Value> hidden;
  for (std::size_t i = 0; i < names.size(); ++i) {
    hidden[names[i]] = std::exchange(variables_[names[i]], i < args.size() ? args[i] : Value{});
  }
  const bool implicit = names.empty() && !args.empty();  // `it`
  if (implicit) hidden["it"] = std::exchange(variables_["it"], args[0]);
  Value value = eval(call.kids.back());
  for (auto& [name, old] : hidden) variables_[name] = std::move(old);
  return value;
}

Value Interpreter::eval_with_block(const Expression& call, const Value& self, const List& args) {
  const std::string& name = call.text;
  if (call.kids[0].kind == Kind::constant) {
    if (name != "fetch" || args.size() != 1) return unsupported(call, fmt::format("`{}`", name));
    Outcome outcome = world_.call(call.kids[0].text, "fetch", args);
    return outcome.value || outcome.error.empty() ? take(std::move(outcome), call)
                                                  : eval_block(call, args);
  }
  if (name == "fetch" && self.table() != nullptr && args.size() == 1) {
    Outcome outcome = call_method(self, name, args);
    return outcome.value ? std::move(*outcome.value) : eval_block(call, args);
  }
  if (!args.empty()) return unsupported(call, fmt::format("`{}` with these values", name));
  if (name == "then") return eval_block(call, {self});
  if (name == "tap") {
    eval_block(call, {self});
    return self;
  }
  List items;
  if (self.list() != nullptr) {
    items = *self.list();
  } else if (self.table() != nullptr) {
    for (const auto& [key, value] : *self.table()) items.push_back({List{key, value}});
  } else if (self.number() != nullptr && name == "times") {
    if (*self.number() > static_cast<std::int64_t>(max_steps)) {
      return fail({false, "this takes too long, or makes too much", {}, call.span});
    }
    for (std::int64_t i = 0; i < *self.number(); ++i) items.push_back({i});
  } else if (self.is_nil() && is_block_method(name)) {
    return fail({false, fmt::format("nil has no `{}`", name), {}, call.span});
  } else {
    return unsupported(call, fmt::format("`{}` with a block", name));
  }
  if (name == "each" || name == "times" || name == "each_with_index") {
    for (std::size_t i = 0; i < items.size() && !failed(); ++i) {
      List given = {items[i]};
      if (name == "each_with_index") given.push_back({static_cast<std::int64_t>(i)});
      eval_block(call, std::move(given));
    }
    return self;
  }
  return eval_walk(call, items);
}

Value Interpreter::eval_walk(const Expression& call, const List& items) {
  const std::string& name = call.text;
  List results;
  for (const Value& item : items) {
    results.push_back(eval_block(call, {item}));
    if (failed()) return {};
  }
  const auto is_true = [](const Value& value) { return value.truthy(); };
  if (name == "map" || name == "collect") return {std::move(results)};
  if (name == "any?") return {std::any_of(results.begin(), results.end(), is_true)};
  if (name == "all?") return {std::all_of(results.begin(), results.end(), is_true)};
  if (name == "none?") return {std::none_of(results.begin(), results.end(), is_true)};
  List kept;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool yes = results[i].truthy();
    if (name == "flat_map" && results[i].list() != nullptr) {
      kept.insert(kept.end(), results[i].list()->begin(), results[i].list()->end());
    } else if (name == "flat_map" || (name == "filter_map" && yes)) {
      kept.push_back(results[i]);
    } else if ((name == "reject" && !yes) || (name != "reject" && name != "filter_map" && yes)) {
      kept.push_back(items[i]);
    }
  }
  if (name == "find" || name == "detect") return kept.empty() ? Value{} : kept.front();
  const bool known = name == "select" || name == "filter" || name == "reject" ||
                     name == "flat_map" || name == "filter_map";
  return known ? Value{std::move(kept)} : unsupported(call, fmt::format("`{}` with a block", name));
}

}  // namespace liteship::erb::ruby
