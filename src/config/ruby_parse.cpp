#include <algorithm>
#include <array>
#include <utility>

#include "config/ruby_syntax.h"
#include "liteship/support.h"

namespace liteship::config::ruby {
namespace {

struct Operator {
  std::string_view sign;
  int level;  // binds more tightly the higher it is
};
constexpr std::array operators = {
    Operator{"||", 1}, Operator{"&&", 2}, Operator{"==", 3}, Operator{"!=", 3}, Operator{"<", 4},
    Operator{">", 4},  Operator{"<=", 4}, Operator{">=", 4}, Operator{"<<", 5}, Operator{"+", 6},
    Operator{"-", 6},  Operator{"*", 7},  Operator{"/", 7},  Operator{"%", 7}};

class Parser {
 public:
  explicit Parser(const std::vector<Token>& tokens, std::size_t depth = 0)
      : tokens_(tokens), depth_(depth) {}

  Expression take_program();

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is_sign(std::string_view sign) const {
    return peek().kind == TokenKind::sign && peek().text == sign;
  }
  bool is_keyword(std::string_view word) const {
    return peek().kind == TokenKind::keyword && peek().text == word;
  }
  bool take_sign(std::string_view sign) {
    if (!is_sign(sign)) return false;
    ++at_;
    return true;
  }
  bool take_keyword(std::string_view word) {
    if (!is_keyword(word)) return false;
    ++at_;
    return true;
  }
  void need_sign(std::string_view sign) {
    if (!take_sign(sign)) fail("`" + std::string(sign) + "` is missing");
  }
  void need_keyword(std::string_view word) {
    if (!take_keyword(word)) fail("`" + std::string(word) + "` is missing");
  }
  void skip_newlines() {
    while (peek().kind == TokenKind::newline) ++at_;
  }
  void fail(std::string why);
  bool failed() const { return failure_.has_value(); }

  Expression make(Kind kind, std::size_t begin, std::vector<Expression> kids = {},
                  std::string text = {});
  Expression make_flag(std::size_t begin, bool value);
  Expression take_sequence();
  bool at_sequence_end() const;
  Expression take_statement();
  Expression take_value();
  Expression take_simple();
  Expression take_expression();
  Expression take_assignment(Expression target, std::size_t begin);
  Expression take_ternary();
  Expression take_binary(int level);
  Expression take_unary();
  Expression take_postfix();
  Expression take_call(std::size_t begin, Expression receiver, bool has_receiver, bool safe);
  void take_block(Expression& call);
  void take_block_argument(Expression& call);
  void take_parameters(Block& block);
  void take_arguments(Expression& call, std::string_view close);
  bool begins_argument() const;
  Expression take_primary();
  Expression take_keyword_expression();
  Expression take_if(bool negated);
  Expression take_case();
  Expression take_text(TokenKind kind);
  Expression take_list();
  Expression take_table();
  Expression take_name();
  bool is_variable(const std::string& name) const {
    return std::find(variables_.begin(), variables_.end(), name) != variables_.end();
  }

  const std::vector<Token>& tokens_;
  std::size_t at_ = 0;
  std::size_t depth_;
  bool inside_value_ = false;
  std::vector<std::string> variables_;
  std::optional<Expression> failure_;  // of the statement that is being read
};

/// Counts how deep the parser stands; beyond max_depth it gives up.
class Deeper {
 public:
  explicit Deeper(std::size_t& depth) : depth_(depth) { ++depth_; }
  ~Deeper() { --depth_; }
  Deeper(const Deeper&) = delete;
  Deeper& operator=(const Deeper&) = delete;

 private:
  std::size_t& depth_;
};

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

// ---- statements

bool Parser::at_sequence_end() const {
  if (peek().kind == TokenKind::end) return true;
  if (is_sign("}") || is_sign(")")) return true;
  return is_keyword("end") || is_keyword("else") || is_keyword("elsif") || is_keyword("when");
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
  while (!failed() && (is_keyword("if") || is_keyword("unless"))) {
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

// ---- expressions

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

Expression Parser::take_primary() {
  const Token& token = peek();
  const std::size_t begin = token.span.begin;
  switch (token.kind) {
    case TokenKind::integer: {
      ++at_;
      Expression number = make(Kind::integer, begin);
      number.number = parse_integer(token.text).value_or(0);
      return number;
    }
    case TokenKind::text:
    case TokenKind::command:
      return take_text(token.kind);
    case TokenKind::words: {
      ++at_;
      std::vector<Expression> words;
      const std::string spaced =
          replace_all(replace_all(token.pieces[0].text, "\n", " "), "\t", " ");
      for (const std::string& word : split(spaced, ' ')) {
        if (word.empty()) continue;
        Expression piece = make(Kind::piece, begin, {}, word);
        words.push_back(make(Kind::text, begin, {std::move(piece)}));
      }
      return make(Kind::list, begin, std::move(words));
    }
    case TokenKind::symbol:
      ++at_;
      return make(Kind::symbol, begin, {}, token.text);
    case TokenKind::constant:
      if (peek(1).kind == TokenKind::sign && peek(1).text == "(" && !peek(1).space_before) break;
      ++at_;
      return make(Kind::constant, begin, {}, token.text);
    case TokenKind::name:
      return take_name();
    case TokenKind::keyword:
      return take_keyword_expression();
    case TokenKind::sign:
      if (token.text == "[") return take_list();
      if (token.text == "{") return take_table();
      if (token.text == "(") {
        ++at_;
        const Deeper deeper(depth_);
        if (depth_ > max_depth) break;
        Expression inner = take_sequence();
        need_sign(")");
        return inner;
      }
      break;
    default:
      break;
  }
  fail("an expression was expected");
  return {};
}

Expression Parser::take_name() {
  const std::size_t begin = peek().span.begin;
  const std::string name = peek().text;
  const bool call = peek(1).kind == TokenKind::sign && peek(1).text == "(" && !peek(1).space_before;
  if (is_variable(name) && !call) {
    ++at_;
    return make(Kind::variable, begin, {}, name);
  }
  return take_call(begin, Expression{}, false, false);
}

Expression Parser::take_text(TokenKind kind) {
  const std::size_t begin = peek().span.begin;
  std::vector<Expression> pieces;
  const auto take = [&] {
    for (const StringPiece& piece : peek().pieces) {
      if (piece.code.empty()) {
        pieces.push_back(make(Kind::piece, peek().span.begin, {}, piece.text));
        continue;
      }
      Parser inner(piece.code, depth_ + 1);
      inner.variables_ = variables_;
      pieces.push_back(inner.take_program());
    }
    ++at_;
  };
  take();
  while (kind == TokenKind::text && peek().kind == TokenKind::text) take();  // "a" "b"
  return make(kind == TokenKind::text ? Kind::text : Kind::command, begin, std::move(pieces));
}

Expression Parser::take_list() {
  const std::size_t begin = peek().span.begin;
  ++at_;
  Expression items;
  take_arguments(items, "]");
  if (items.block) fail("a block inside a list");
  return make(Kind::list, begin, std::move(items.kids));
}

Expression Parser::take_table() {
  const std::size_t begin = peek().span.begin;
  ++at_;
  std::vector<Expression> kids;
  for (skip_newlines(); !failed() && !is_sign("}"); skip_newlines()) {
    if (peek().kind == TokenKind::label) {
      kids.push_back(make(Kind::symbol, peek().span.begin, {}, peek().text));
      ++at_;
    } else {
      kids.push_back(take_expression());
      need_sign("=>");
    }
    skip_newlines();
    kids.push_back(take_expression());
    skip_newlines();
    if (!take_sign(",")) break;
  }
  skip_newlines();
  need_sign("}");
  return make(Kind::table, begin, std::move(kids));
}

Expression Parser::take_keyword_expression() {
  const std::size_t begin = peek().span.begin;
  if (take_keyword("nil")) return make(Kind::nil, begin);
  if (take_keyword("true")) return make_flag(begin, true);
  if (take_keyword("false")) return make_flag(begin, false);
  if (take_keyword("if")) return take_if(false);
  if (take_keyword("unless")) return take_if(true);
  if (take_keyword("case")) return take_case();
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

}  // namespace

Expression parse(const std::vector<Token>& tokens) { return Parser(tokens).take_program(); }

}  // namespace liteship::config::ruby
