#pragma once
// The interpreter's class, whose members stand in eval.cpp and eval_blocks.cpp.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "erb/eval.h"

namespace liteship::erb::ruby {

// A real configuration takes a few hundred; a loop in a loop in a loop stops here.
constexpr std::size_t max_steps = 200'000;

/// Whether a call with a block may have this name.
[[nodiscard]] bool is_block_method(const std::string& name);

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
  std::size_t rescues_ = 0;  // around what is evaluated
};

}  // namespace liteship::erb::ruby
