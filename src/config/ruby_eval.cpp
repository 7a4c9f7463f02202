#include "config/ruby_eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace liteship::config::ruby {
namespace {

// A real configuration takes a few hundred; a loop in a loop in a loop stops here.
constexpr std::size_t max_steps = 200'000;
constexpr std::size_t bytes_per_step = 256;
constexpr std::size_t max_value_depth = 50;

constexpr std::array block_methods = {
    "each", "each_with_index", "map",       "collect", "flat_map", "select", "filter", "reject",
    "find", "detect",          "times",     "any?",    "all?",     "none?",  "fetch",  "tap",
    "then", "sort_by",         "filter_map"};

bool is_block_method(const std::string& name) {
  return std::find(block_methods.begin(), block_methods.end(), name) != block_methods.end();
}

/// Bytes that a value takes; beyond the deepest nesting it counts as too much.
std::size_t weight(const Value& value, std::size_t depth = 0) {
  if (depth > max_value_depth) return max_steps * bytes_per_step;
  std::size_t sum = 16;
  if (value.text() != nullptr) sum += value.text()->size();
  if (value.list() != nullptr) {
    for (const Value& item : *value.list()) sum += weight(item, depth + 1);
  }
  if (value.table() != nullptr) {
    for (const auto& [key, item] : *value.table()) {
      sum += weight(key, depth + 1) + weight(item, depth + 1);
    }
  }
  return sum;
}

class Interpreter {
 public:
  Interpreter(World& world, const Output& output) : world_(world), output_(output) {}

  std::vector<Failure> run_program(const Expression& program);

 private:
  Value eval(const Expression& expression);
  Value eval_kind(const Expression& expression);
  Value eval_text(const Expression& text);
  Value eval_command(const Expression& command);
  Value eval_table(const Expression& table);
  Value eval_call(const Expression& call);
  Value eval_own(const Expression& call, const List& args);
  Value eval_store(const Expression& call, const List& args);
  Value eval_append(const Expression& call, const Value& self, const List& args);
  Value eval_with_block(const Expression& call, const Value& self, const List& args);
  Value eval_walk(const Expression& call, const List& items);
  Value eval_block(const Expression& call, List args);
  void eval_put(const Expression& put);
  Value take(Outcome outcome, const Expression& at);
  Value fail(Failure failure);
  Value unsupported(const Expression& at, std::string what);
  bool charge(const Value& value, const Expression& at);
  bool failed() const { return failure_.has_value(); }

  World& world_;
  const Output& output_;
  std::map<std::string, Value> variables_;
  std::optional<Failure> failure_;
  std::vector<Failure> failures_;
  std::size_t steps_ = 0;
};

Value Interpreter::fail(Failure failure) {
  if (!failed()) failure_ = std::move(failure);
  return {};
}

Value Interpreter::unsupported(const Expression& at, std::string what) {
  return fail({true, std::move(what), {}, at.span});
}

bool Interpreter::charge(const Value& value, const Expression& at) {
  steps_ += 1 + weight(value) / bytes_per_step;
  if (steps_ <= max_steps) return true;
  fail({false, "this takes too long, or makes too much", {}, at.span});
  return false;
}

Value Interpreter::take(Outcome outcome, const Expression& at) {
  if (outcome.value) return std::move(*outcome.value);
  if (outcome.error.empty()) return unsupported(at, fmt::format("`{}` with these values", at.text));
  return fail({false, std::move(outcome.error), std::move(outcome.help), at.span});
}

Value Interpreter::eval(const Expression& expression) {
  if (failed() || steps_ > max_steps) return {};
  Value value = eval_kind(expression);
  return !failed() && charge(value, expression) ? value : Value{};
}

Value Interpreter::eval_kind(const Expression& e) {
  switch (e.kind) {
    case Kind::nil:
      return {};
    case Kind::flag:
      return {e.number != 0};
    case Kind::integer:
      return {e.number};
    case Kind::piece:
      return {e.text};
    case Kind::symbol:
      return {Symbol{e.text}};
    case Kind::text:
      return eval_text(e);
    case Kind::command:
      return eval_command(e);
    case Kind::table:
      return eval_table(e);
    case Kind::constant:
      return unsupported(e, fmt::format("`{}`", e.text));
    case Kind::call:
      return eval_call(e);
    case Kind::put_text:
      output_.put_text(e.number);
      return {};
    case Kind::put_value:
      eval_put(e);
      return {};
    case Kind::unknown:
      return unsupported(e, e.text);
    case Kind::variable: {
      const auto found = variables_.find(e.text);
      return found == variables_.end() ? Value{} : found->second;  // assigned in a branch not taken
    }
    case Kind::assign: {
      Value value = eval(e.kids[0]);
      if (!failed()) variables_[e.text] = value;
      return value;
    }
    case Kind::both: {
      Value left = eval(e.kids[0]);
      return left.truthy() ? eval(e.kids[1]) : left;
    }
    case Kind::either: {
      Value left = eval(e.kids[0]);
      return left.truthy() ? left : eval(e.kids[1]);
    }
    case Kind::negate:
      return {!eval(e.kids[0]).truthy()};
    case Kind::choice: {
      const bool yes = eval(e.kids[0]).truthy();
      return failed() ? Value{} : eval(e.kids[yes ? 1 : 2]);
    }
    case Kind::list: {
      List items;
      for (const Expression& kid : e.kids) items.push_back(eval(kid));
      return {std::move(items)};
    }
    case Kind::sequence: {
      Value last;
      for (const Expression& kid : e.kids) last = eval(kid);
      return last;
    }
  }
  return {};
}

/// A failure inside `<%= … %>` spoils only its own place.
void Interpreter::eval_put(const Expression& put) {
  const Value value = eval(put.kids[0]);
  if (!failed()) return output_.put_value(put.span, to_s(value));
  failures_.push_back(*std::exchange(failure_, std::nullopt));
}

Value Interpreter::eval_text(const Expression& text) {
  std::string whole;
  for (const Expression& piece : text.kids) whole += to_s(eval(piece));
  return {std::move(whole)};
}

Value Interpreter::eval_command(const Expression& command) {
  const Value text = eval_text(command);
  if (failed()) return {};
  Value printed = take(world_.run_command(*text.text()), command);
  if (!failed() && world_.last_status != 0) {
    output_.command_failed(command.span, world_.last_status);
  }
  return printed;
}

Value Interpreter::eval_table(const Expression& table) {
  Table entries;
  for (std::size_t i = 0; i + 1 < table.kids.size(); i += 2) {
    Value key = eval(table.kids[i]);
    Value value = eval(table.kids[i + 1]);
    std::erase_if(entries, [&](const auto& entry) { return entry.first == key; });
    entries.push_back({std::move(key), std::move(value)});
  }
  return {std::move(entries)};
}

Value Interpreter::eval_call(const Expression& call) {
  const Expression& receiver = call.kids[0];
  const bool on_constant = call.has_receiver && receiver.kind == Kind::constant;
  const Value self = on_constant || !call.has_receiver ? Value{} : eval(receiver);
  if (failed() || (call.safe && self.is_nil())) return {};
  List args;
  const std::size_t end = call.kids.size() - (call.block ? 1 : 0);
  for (std::size_t i = 1; i < end; ++i) {
    const bool error_class = call.text == "raise" && call.kids[i].kind == Kind::constant;
    args.push_back(error_class ? Value{} : eval(call.kids[i]));
  }
  if (failed()) return {};
  if (!call.has_receiver) return eval_own(call, args);
  if (call.block) return eval_with_block(call, self, args);
  if (call.text == "[]=" && !on_constant) return eval_store(call, args);
  if (call.text == "<<") return eval_append(call, self, args);
  if (on_constant) return take(world_.call(receiver.text, call.text, args), call);
  Outcome outcome = call_method(self, call.text, args);
  // Most often the nil is a variable that is not set: name it.
  const bool from_env = receiver.kind == Kind::call && receiver.kids[0].kind == Kind::constant &&
                        receiver.kids[0].text == "ENV" && receiver.text == "[]";
  if (self.is_nil() && from_env && !outcome.error.empty() && receiver.kids[1].kids.size() == 1) {
    outcome.error = fmt::format("the variable `{}` is not set, and nil has no `{}`",
                                receiver.kids[1].kids[0].text, call.text);
    outcome.help = "set it, or write a default: `(ENV[…] || \"default\")`";
  }
  return take(std::move(outcome), call);
}

/// Calls without a receiver.
Value Interpreter::eval_own(const Expression& call, const List& args) {
  if (call.text == "require" && args.size() == 1) return {true};
  if (call.text == "raise" || call.text == "abort") {
    const std::string said =
        args.empty() || args.back().text() == nullptr ? "" : *args.back().text();
    return fail({false, said.empty() ? "the file itself stops here" : said, {}, call.span});
  }
  return unsupported(call, fmt::format("`{}`", call.text));
}

/// `table[key] = value`.
Value Interpreter::eval_store(const Expression& call, const List& args) {
  const auto found = variables_.find(call.kids[0].text);
  Table* table = call.kids[0].kind != Kind::variable || found == variables_.end()
                     ? nullptr
                     : std::get_if<Table>(&found->second.data);
  if (table == nullptr || args.size() != 2) return unsupported(call, "an assignment to this");
  const auto entry = std::find_if(table->begin(), table->end(),
                                  [&](const auto& known) { return known.first == args[0]; });
  if (entry != table->end()) {
    entry->second = args[1];
  } else {
    table->push_back({args[0], args[1]});
  }
  return charge(found->second, call) ? args[1] : Value{};
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

std::vector<Failure> Interpreter::run_program(const Expression& program) {
  for (const Expression& statement : program.kids) {
    eval(statement);
    if (failed()) failures_.push_back(*std::exchange(failure_, std::nullopt));
  }
  return std::move(failures_);
}

bool is_known_call(const Expression& call) {
  const std::string& name = call.text;
  if (!call.has_receiver) return name == "require" || name == "raise" || name == "abort";
  if (call.block) return is_block_method(name);
  if (call.kids[0].kind == Kind::constant) return World::is_known_method(name);
  return name == "<<" || name == "[]=" || is_known_method(name);
}

void collect_unknown(const Expression& e, std::vector<Failure>& found) {
  const bool constant = e.kind == Kind::call && e.kids[0].kind == Kind::constant;
  if (e.kind == Kind::unknown) {
    found.push_back({true, e.text, {}, e.span});
  } else if (e.kind == Kind::constant || (constant && !World::is_known(e.kids[0].text))) {
    // A class as the argument of `raise` is only a name.
    found.push_back({true,
                     fmt::format("`{}`", e.kind == Kind::constant ? e.text : e.kids[0].text),
                     {},
                     e.span});
  } else if (e.kind == Kind::call && !is_known_call(e)) {
    found.push_back({true, fmt::format("`{}`", e.text), {}, e.span});
  }
  const bool raises = e.kind == Kind::call && !e.has_receiver && e.text == "raise";
  for (const Expression& kid : e.kids) {
    const bool named = kid.kind == Kind::constant && (raises || &kid == e.kids.data());
    if (!named) collect_unknown(kid, found);
  }
}

}  // namespace

std::vector<Failure> find_unknown(const Expression& program) {
  std::vector<Failure> found;
  collect_unknown(program, found);
  return found;
}

std::vector<Failure> run(const Expression& program, World& world, const Output& output) {
  return Interpreter(world, output).run_program(program);
}

}  // namespace liteship::config::ruby
