// `if`, `unless`, `case`, and the words that stand for values.

#include "erb/parser.h"

namespace liteship::erb::ruby {

Expression Parser::take_keyword_expression() {
  const std::size_t begin = peek().span.begin;
  if (take_keyword("nil")) return make(Kind::nil, begin);
  if (take_keyword("true")) return make_flag(begin, true);
  if (take_keyword("false")) return make_flag(begin, false);
  if (take_keyword("if")) return take_if(false);
  if (take_keyword("unless")) return take_if(true);
  if (take_keyword("case")) return take_case();
  if (take_keyword("begin")) return take_begin();
  fail("`" + peek().text + "`");
  return {};
}

/// Behind `if`, `elsif` or `unless`.
Expression Parser::take_if(bool negated) {
  const std::size_t begin = peek().span.begin;
  const Deeper deeper(depth_);
  if (depth_ > max_depth) {
    fail("it is nested too deeply");
    return {};
  }
  Expression condition = take_simple();
  take_keyword("then");
  Expression yes = take_sequence();
  Expression no = make(Kind::nil, begin);
  if (!negated && take_keyword("elsif")) {
    no = take_if(false);
  } else {
    if (take_keyword("else")) no = take_sequence();
    need_keyword("end");
  }
  std::vector<Expression> kids = {std::move(condition), std::move(yes), std::move(no)};
  if (negated) std::swap(kids[1], kids[2]);
  return make(Kind::choice, begin, std::move(kids));
}

/// `case x when a, b … else … end` as a chain of choices. Behind `case`.
Expression Parser::take_case() {
  const std::size_t begin = peek().span.begin;
  Expression value = take_simple();
  const std::string name = "case " + std::to_string(begin);  // no variable's name
  Expression asked = make(Kind::assign, begin, {std::move(value)}, name);
  const Expression subject = make(Kind::variable, begin, {}, name);
  std::vector<std::pair<Expression, Expression>> branches;
  for (skip_newlines(); !failed() && take_keyword("when"); skip_newlines()) {
    Expression condition;
    do {
      Expression test = make(Kind::call, begin, {take_expression(), subject}, "===");
      test.has_receiver = true;
      const bool first = condition.kind == Kind::nil;
      condition = first ? std::move(test)
                        : make(Kind::either, begin, {std::move(condition), std::move(test)});
    } while (!failed() && take_sign(","));
    take_keyword("then");
    Expression body = take_sequence();
    branches.emplace_back(std::move(condition), std::move(body));
  }
  Expression chain = take_keyword("else") ? take_sequence() : make(Kind::nil, begin);
  need_keyword("end");
  for (auto branch = branches.rbegin(); branch != branches.rend(); ++branch) {
    chain = make(Kind::choice, begin,
                 {std::move(branch->first), std::move(branch->second), std::move(chain)});
  }
  return make(Kind::sequence, begin, {std::move(asked), std::move(chain)});
}

/// `begin … rescue … end`. Behind `begin`.
Expression Parser::take_begin() {
  const std::size_t begin = peek().span.begin;
  const Deeper deeper(depth_);
  if (depth_ > max_depth) {
    fail("it is nested too deeply");
    return {};
  }
  Expression body = take_sequence();
  if (take_keyword("rescue")) {
    // Nothing that `require` asks for is missing here, so nobody raises a LoadError.
    const bool never = peek().kind == TokenKind::constant && peek().text == "LoadError";
    if (never || (peek().kind == TokenKind::constant && peek().text == "StandardError")) ++at_;
    if (peek().kind != TokenKind::newline) fail("`rescue` of this");
    Expression otherwise = take_sequence();
    if (!never) body = make(Kind::rescue, begin, {std::move(body), std::move(otherwise)});
  }
  need_keyword("end");
  return body;
}

}  // namespace liteship::erb::ruby
