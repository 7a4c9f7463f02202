// Assignments, operators, calls and their blocks.

#include <array>

#include "erb/parser.h"

namespace liteship::erb::ruby {
namespace {

struct Operator {
  std::string_view sign;
  int level;  // binds more tightly the higher it is
};
constexpr std::array operators = {
    Operator{"||", 1}, Operator{"&&", 2}, Operator{"==", 3}, Operator{"!=", 3}, Operator{"<", 4},
    Operator{">", 4},  Operator{"<=", 4}, Operator{">=", 4}, Operator{"<<", 5}, Operator{"+", 6},
    Operator{"-", 6},  Operator{"*", 7},  Operator{"/", 7},  Operator{"%", 7}};

}  // namespace

Expression Parser::take_expression() {
  const Deeper deeper(depth_);
  if (depth_ > max_depth) {
    fail("it is nested too deeply");
    return {};
  }
  const std::size_t begin = peek().span.begin;
  // Known before its value is read, so that `x` in `x = x || 1` is a variable, as in Ruby.
  if (peek().kind == TokenKind::name && peek(1).kind == TokenKind::sign &&
      (peek(1).text == "=" || peek(1).text == "||=" || peek(1).text == "+=") &&
      !is_variable(peek().text)) {
    variables_.push_back(peek().text);
  }
  Expression left = take_ternary();
  return take_assignment(std::move(left), begin);
}

/// `name = …`, `receiver[…] = …`, also with `||=` and `+=`.
Expression Parser::take_assignment(Expression target, std::size_t begin) {
  const bool plain = is_sign("=");
  const bool either = is_sign("||=");
  const bool plus = is_sign("+=");
  if (failed() || (!plain && !either && !plus)) return target;
  const bool element = target.kind == Kind::call && target.text == "[]" && target.kids.size() == 2;
  if (target.kind != Kind::variable && !element) {
    fail("nothing can be assigned to this");
    return {};
  }
  ++at_;
  Expression value = take_expression();
  if (either) value = make(Kind::either, begin, {target, std::move(value)});
  if (plus) {
    value = make(Kind::call, begin, {target, std::move(value)}, "+");
    value.has_receiver = true;
  }
  if (!element) return make(Kind::assign, begin, {std::move(value)}, target.text);
  std::vector<Expression> kids = {target.kids[0], target.kids[1], std::move(value)};
  Expression call = make(Kind::call, begin, std::move(kids), "[]=");
  call.has_receiver = true;
  return call;
}

Expression Parser::take_ternary() {
  const std::size_t begin = peek().span.begin;
  Expression condition = take_binary(1);
  if (failed() || !take_sign("?")) return condition;
  Expression yes = take_expression();
  need_sign(":");
  Expression no = take_expression();
  return make(Kind::choice, begin, {std::move(condition), std::move(yes), std::move(no)});
}

Expression Parser::take_binary(int level) {
  const std::size_t begin = peek().span.begin;
  if (level > 7) return take_unary();
  Expression left = take_binary(level + 1);
  while (!failed() && peek().kind == TokenKind::sign) {
    const auto* const found = std::find_if(
        operators.begin(), operators.end(),
        [&](const Operator& known) { return known.sign == peek().text && known.level == level; });
    if (found == operators.end()) break;
    ++at_;
    Expression right = take_binary(level + 1);
    const Kind kind = level == 1 ? Kind::either : level == 2 ? Kind::both : Kind::call;
    const bool unequal = found->sign == "!=";
    left = make(kind, begin, {std::move(left), std::move(right)},
                kind != Kind::call ? ""
                : unequal          ? "=="
                                   : std::string(found->sign));
    left.has_receiver = true;
    if (unequal) left = make(Kind::negate, begin, {std::move(left)});
  }
  return left;
}

Expression Parser::take_unary() {
  const std::size_t begin = peek().span.begin;
  const Deeper deeper(depth_);
  if (depth_ > max_depth) {
    fail("it is nested too deeply");
    return {};
  }
  if (take_sign("!")) return make(Kind::negate, begin, {take_unary()});
  if (is_sign("-") && peek(1).kind == TokenKind::integer && !peek(1).space_before) {
    ++at_;
    Expression number = take_postfix();
    number.number = -number.number;
    if (number.kind != Kind::integer) fail("a minus sign before a call");
    return number;
  }
  return take_postfix();
}

Expression Parser::take_postfix() {
  const std::size_t begin = peek().span.begin;
  Expression left = take_primary();
  while (!failed()) {
    if (is_sign("[") && !peek().space_before) {
      ++at_;
      Expression call;
      call.kids.push_back(std::move(left));
      take_arguments(call, "]");
      left = make(Kind::call, begin, std::move(call.kids), "[]");
      left.has_receiver = true;
    } else if (is_sign(".") || is_sign("&.")) {
      const bool safe = peek().text == "&.";
      ++at_;
      left = take_call(begin, std::move(left), true, safe);
    } else if (is_sign("::") && left.kind == Kind::constant &&
               peek(1).kind == TokenKind::constant) {
      left.text += "::" + peek(1).text;
      at_ += 2;
      left.span.end = tokens_[at_ - 1].span.end;
    } else {
      break;
    }
  }
  return left;
}

/// Stands at the method's name.
Expression Parser::take_call(std::size_t begin, Expression receiver, bool has_receiver, bool safe) {
  if (peek().kind != TokenKind::name && peek().kind != TokenKind::constant &&
      peek().kind != TokenKind::keyword) {
    fail("a method's name was expected");
    return {};
  }
  const std::string name = peek().text;
  ++at_;
  Expression call;
  call.kids.push_back(std::move(receiver));
  if (is_sign("(") && !peek().space_before) {
    ++at_;
    take_arguments(call, ")");
  } else if (begins_argument()) {
    call.kids.push_back(take_expression());
    while (!failed() && take_sign(",")) {
      skip_newlines();
      call.kids.push_back(take_expression());
    }
  }
  auto block = std::move(call.block);
  call = make(Kind::call, begin, std::move(call.kids), name);
  call.has_receiver = has_receiver;
  call.safe = safe;
  call.block = std::move(block);
  take_block(call);
  return call;
}

/// Whether an argument without parentheses stands here.
bool Parser::begins_argument() const {
  const Token& token = peek();
  if (!token.space_before) return false;
  switch (token.kind) {
    case TokenKind::text:
    case TokenKind::integer:
    case TokenKind::constant:
    case TokenKind::name:
    case TokenKind::symbol:
    case TokenKind::words:
    case TokenKind::command:
      return true;
    case TokenKind::sign:
      return token.text == "[" || (token.text == "-" && !peek(1).space_before);
    case TokenKind::keyword:
      return token.text == "nil" || token.text == "true" || token.text == "false";
    default:
      return false;
  }
}

void Parser::take_arguments(Expression& call, std::string_view close) {
  skip_newlines();
  while (!failed() && !is_sign(close)) {
    if (is_sign("&") && peek(1).kind == TokenKind::symbol) {
      take_block_argument(call);
    } else if (peek().kind == TokenKind::label) {
      fail("a named argument");
    } else {
      call.kids.push_back(take_expression());
    }
    skip_newlines();
    if (!take_sign(",")) break;
    skip_newlines();
  }
  need_sign(close);
}

/// `&:strip` is `{ |it| it.strip }`.
void Parser::take_block_argument(Expression& call) {
  const std::size_t begin = peek().span.begin;
  ++at_;
  Expression element = make(Kind::variable, begin, {}, "it");
  Expression body = make(Kind::call, begin, {std::move(element)}, peek().text);
  body.has_receiver = true;
  ++at_;
  call.block = Block{{"it"}};
  call.kids.push_back(std::move(body));
  if (!is_sign(")")) fail("a block must be the last argument");
}

void Parser::take_parameters(Block& block) {
  if (take_sign("||") || !take_sign("|")) return;
  while (!failed() && !is_sign("|")) {
    const bool bracket = take_sign("(") || take_sign(")");
    if (bracket) continue;
    if (peek().kind != TokenKind::name) return fail("a block's parameter was expected");
    block.parameters.push_back(peek().text);
    variables_.push_back(peek().text);
    ++at_;
    take_sign(",");
  }
  need_sign("|");
}

/// `{ |x| … }` or `do |x| … end` behind a call, if it stands here.
void Parser::take_block(Expression& call) {
  const bool braces = is_sign("{");
  if (failed() || call.block || (!braces && !is_keyword("do"))) return;
  const Deeper deeper(depth_);
  if (depth_ > max_depth) return fail("it is nested too deeply");
  ++at_;
  call.block = Block{};
  const std::size_t known = variables_.size();
  take_parameters(*call.block);
  call.kids.push_back(take_sequence());
  variables_.resize(known);
  if (braces) {
    need_sign("}");
  } else {
    need_keyword("end");
  }
  call.depth = std::max(call.depth, call.kids.back().depth + 1);
  call.span.end = tokens_[at_ - 1].span.end;
  if (call.depth > 2 * max_depth) fail("it is nested too deeply");
}

}  // namespace liteship::erb::ruby
