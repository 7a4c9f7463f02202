#include "erb/eval.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "erb/interpreter.h"

namespace liteship::erb::ruby {
namespace {

constexpr std::size_t bytes_per_step = 256;
constexpr std::size_t max_value_depth = 50;

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

}  // namespace

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
    case Kind::rescue: {
      ++rescues_;
      Value value = eval(e.kids[0]);
      --rescues_;
      if (!failed() || failure_->unsupported) return value;
      failure_.reset();
      return eval(e.kids[1]);
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
  if (rescues_ > 0) return;
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

std::vector<Failure> Interpreter::run_program(const Expression& program) {
  for (const Expression& statement : program.kids) {
    eval(statement);
    if (failed()) failures_.push_back(*std::exchange(failure_, std::nullopt));
  }
  return std::move(failures_);
}

std::vector<Failure> run(const Expression& program, World& world, const Output& output) {
  return Interpreter(world, output).run_program(program);
}

}  // namespace liteship::erb::ruby
