// Programs and statements.

#include "erb/parser.h"

namespace liteship::erb::ruby {

void Parser::fail(std::string why) {
  if (failed()) return;
  const Token& token = peek();
  if (token.kind == TokenKind::unknown) why = token.text;
  failure_ = Expression{};
  failure_->kind = Kind::unknown;
  failure_->text = std::move(why);
  failure_->span = token.span;
}

Expression Parser::make(Kind kind, std::size_t begin, std::vector<Expression> kids,
                        std::string text) {
  Expression made;
  made.kind = kind;
  made.text = std::move(text);
  made.span = {begin, at_ > 0 ? tokens_[at_ - 1].span.end : begin};
  for (const Expression& kid : kids) made.depth = std::max(made.depth, kid.depth + 1);
  made.kids = std::move(kids);
  // `a + a + a …` grows without nesting: the evaluator would.
  if (made.depth <= 2 * max_depth) return made;
  fail("it is nested too deeply");
  return {};
}

Expression Parser::make_flag(std::size_t begin, bool value) {
  Expression made = make(Kind::flag, begin);
  made.number = value ? 1 : 0;
  return made;
}

bool Parser::at_sequence_end() const {
  if (peek().kind == TokenKind::end) return true;
  if (is_sign("}") || is_sign(")")) return true;
  return is_keyword("end") || is_keyword("else") || is_keyword("elsif") || is_keyword("when") ||
         is_keyword("rescue");
}

Expression Parser::take_sequence() {
  std::vector<Expression> statements;
  const std::size_t begin = peek().span.begin;
  for (skip_newlines(); !at_sequence_end() && !failed(); skip_newlines()) {
    statements.push_back(take_statement());
    if (!failed() && peek().kind != TokenKind::newline && !at_sequence_end()) {
      fail("the end of the expression was expected");
    }
    if (!failed()) continue;
    if (inside_value_) break;
    // Go on with the next statement.
    statements.back() = *std::exchange(failure_, std::nullopt);
    while (peek().kind != TokenKind::newline && peek().kind != TokenKind::end) ++at_;
  }
  return make(Kind::sequence, begin, std::move(statements));
}

Expression Parser::take_program() {
  Expression program = take_sequence();
  while (peek().kind != TokenKind::end) {
    if (!failed()) fail("`" + peek().text + "` closes nothing");
    program.kids.push_back(*std::exchange(failure_, std::nullopt));
    ++at_;
    Expression rest = take_sequence();
    program.kids.insert(program.kids.end(), rest.kids.begin(), rest.kids.end());
  }
  return program;
}

Expression Parser::take_statement() {
  const std::size_t begin = peek().span.begin;
  if (peek().kind == TokenKind::put_text) {
    Expression put = make(Kind::put_text, begin);
    put.number = parse_integer(peek().text).value_or(-1);
    ++at_;
    return put;
  }
  if (peek().kind == TokenKind::put_value) {
    return take_value();
  }
  Expression statement = take_simple();
  while (!failed() && (is_keyword("if") || is_keyword("unless") || is_keyword("rescue"))) {
    if (take_keyword("rescue")) {
      // `x = a rescue b` assigns either.
      Expression& risky = statement.kind == Kind::assign ? statement.kids[0] : statement;
      Expression otherwise = take_simple();
      risky = make(Kind::rescue, begin, {std::move(risky), std::move(otherwise)});
      continue;
    }
    const bool negated = peek().text == "unless";
    ++at_;
    Expression condition = take_simple();
    Expression nothing = make(Kind::nil, begin);
    std::vector<Expression> kids = {std::move(condition), std::move(statement), std::move(nothing)};
    if (negated) std::swap(kids[1], kids[2]);
    statement = make(Kind::choice, begin, std::move(kids));
  }
  return statement;
}

/// `<%= … %>`. What cannot be read in it is its own problem only.
Expression Parser::take_value() {
  const std::size_t begin = peek().span.begin;
  const bool outer = std::exchange(inside_value_, true);
  ++at_;
  need_sign("(");
  Expression value = take_sequence();
  need_sign(")");
  inside_value_ = outer;
  if (failed()) {
    value = *std::exchange(failure_, std::nullopt);
    while (peek().kind != TokenKind::newline && peek().kind != TokenKind::end) ++at_;
  }
  return make(Kind::put_value, begin, {std::move(value)});
}

/// With `not`, `and`, `or`.
Expression Parser::take_simple() {
  const std::size_t begin = peek().span.begin;
  if (take_keyword("not")) {
    return make(Kind::negate, begin, {take_expression()});
  }
  Expression left = take_expression();
  while (!failed() && (is_keyword("and") || is_keyword("or"))) {
    const Kind kind = peek().text == "and" ? Kind::both : Kind::either;
    ++at_;
    Expression right =
        take_keyword("not") ? make(Kind::negate, begin, {take_expression()}) : take_expression();
    left = make(kind, begin, {std::move(left), std::move(right)});
  }
  return left;
}

Expression parse(const std::vector<Token>& tokens) { return Parser(tokens).take_program(); }

}  // namespace liteship::erb::ruby
