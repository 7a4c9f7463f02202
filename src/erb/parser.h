#pragma once
// The parser's class, whose members stand in parse.cpp (statements), parse_expression.cpp
// (operators and calls), parse_primary.cpp (literals) and parse_branch.cpp (if, case).

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "erb/syntax.h"
#include "liteship/support.h"

namespace liteship::erb::ruby {

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
  Expression take_begin();
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

}  // namespace liteship::erb::ruby
